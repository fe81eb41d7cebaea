using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>One publisher of a stream's track: what every shard has to know of it.</summary>
/// <remarks>Immutable, so that rings may carry it. A new one is made for each publisher under a name,
/// and when a publisher begins a layer anew with another SSRC.</remarks>
internal sealed class TrackSource
{
    private readonly Rid[] _rids;
    private ExportedSource? _exported;

    /// <summary>Describes a publisher's track.</summary>
    public TrackSource(
        StreamTrack track,
        ushort epoch,
        ITrackOrigin origin,
        int section,
        TrackFormat format
    )
    {
        Track = track;
        Epoch = epoch;
        Origin = origin;
        Section = section;
        Format = format;
        Name = track.NameOf(epoch);
        _rids = format.Rids.IsEmpty ? [default] : [.. format.Rids];
    }

    /// <summary>The track it is behind.</summary>
    public StreamTrack Track { get; }

    /// <summary>Which publisher of the track it is at this node; rises by one, wrapping.</summary>
    public ushort Epoch { get; }

    /// <summary>Which publisher's run of the track it is, the same at every node that has the track: one of this node's by
    /// default.</summary>
    public SourceName Name { get; init; }

    /// <summary>Who publishes: a session, or another node for its own.</summary>
    public ITrackOrigin Origin { get; }

    /// <summary>Index of the m-section in the agreement of a session that publishes.</summary>
    public int Section { get; }

    /// <summary>How its packets are to be read.</summary>
    public TrackFormat Format { get; }

    /// <summary>The payload format with this publisher's parameters.</summary>
    public NegotiatedCodec Codec => Format.Codec;

    /// <summary>The ids of the header extensions in the packets.</summary>
    public HeaderExtensionMap Extensions => Format.Extensions;

    /// <summary>The rid of each layer; one empty rid without simulcast.</summary>
    public ReadOnlySpan<Rid> Rids => _rids;

    /// <summary>What other nodes are told of it; made when it is first asked for. Threads: any.</summary>
    public ExportedSource Exported => Volatile.Read(ref _exported) ?? Describe();

    /// <summary>Whether this source came after another one of the same track.</summary>
    public bool IsNewerThan(TrackSource? other) =>
        other is null || unchecked((short)(Epoch - other.Epoch)) > 0;

    /// <summary>Whether it is the same run of packets as another source of the track, which goes on at another place.</summary>
    public bool Continues(TrackSource? other) => other is not null && other.Epoch == Epoch;

    private ExportedSource Describe()
    {
        var made = new ExportedSource(Name, TrackWording.Write(Track.Description.Kind, Format));
        return Interlocked.CompareExchange(ref _exported, made, null) ?? made;
    }
}
