using Edge.Forwarding.Uplinks;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>One track of a publisher's session: what was agreed, and where its packets go.</summary>
/// <remarks>Threads: the session's shard.</remarks>
internal sealed class PublishedTrack
{
    private readonly int[] _epochs;

    /// <summary>Ties a section of a publisher's agreement to a stream's track.</summary>
    public PublishedTrack(MediaAgreement media, TrackSource source)
    {
        Media = media;
        Inlet = new TrackInlet(source);
        _epochs = new int[source.Rids.Length];
        Array.Fill(_epochs, -1);
    }

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media { get; }

    /// <summary>Where its packets come in.</summary>
    public TrackInlet Inlet { get; }

    /// <summary>What other shards know of it.</summary>
    public TrackSource Source => Inlet.Source;

    /// <summary>How much of it anybody can use.</summary>
    public TrackLimit Limit { get; set; } = new();

    /// <summary>Key frames received.</summary>
    public long KeyFrameCount { get; set; }

    /// <summary>What was counted when it was last measured.</summary>
    public LinkTotals Measured { get; set; }

    /// <summary>Which of its SSRCs a layer is at; -1 before the first.</summary>
    public int EpochOf(int layer) => _epochs[layer];

    /// <summary>Goes on where it was at another node.</summary>
    public void Restore(ReadOnlySpan<int> epochs) => epochs.CopyTo(_epochs);

    /// <summary>Whether a layer begins anew with another SSRC; its first source is no new beginning.</summary>
    [HotPath]
    public bool TryBeginAnew(int layer, byte epoch)
    {
        var before = _epochs[layer];
        _epochs[layer] = epoch;
        return before >= 0 && before != epoch;
    }
}
