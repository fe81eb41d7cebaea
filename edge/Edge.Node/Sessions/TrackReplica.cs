using System.Runtime.InteropServices;
using Edge.Forwarding.AudioLevel;
using Edge.Forwarding.Tracks;
using Edge.Node.MeshLink;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Sending;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>A track as one shard has it: the forwarding core with its viewers of this shard.</summary>
/// <remarks>Threads: its shard.</remarks>
internal sealed class TrackReplica
{
    private readonly List<PlayedTrack> _viewers = [];

    /// <summary>Makes a replica without viewers.</summary>
    public TrackReplica(StreamTrack stream, Track track)
    {
        Stream = stream;
        Track = track;
        if (track.Description.Kind == MediaKind.Audio)
        {
            Meter = new SpeechMeter(track.Description.ClockRate);
        }
    }

    /// <summary>The track it is a replica of.</summary>
    public StreamTrack Stream { get; }

    /// <summary>The forwarding core.</summary>
    public Track Track { get; }

    /// <summary>The publisher the core stands at; null before the first. It stays after its end.</summary>
    public TrackSource? Source { get; private set; }

    /// <summary>How loud it is; null for pictures.</summary>
    public SpeechMeter? Meter { get; }

    /// <summary>The id of the audio level (RFC 6464) in the publisher's packets; 0 when it sends none.</summary>
    public byte LevelId { get; private set; }

    /// <summary>Its place in the shard's table.</summary>
    public int Slot { get; set; } = TimedSlots<TrackReplica>.NoSlot;

    /// <summary>The starts of <see cref="Track"/> after which viewers' layers were last looked at.</summary>
    public long StartsSeen { get; set; }

    /// <summary>The changes of layers of <see cref="Track"/> after which viewers' shares were last looked at.</summary>
    public long LayerChangesSeen { get; set; }

    /// <summary>The choices of <see cref="Track"/> after which wanted layers were last looked at.</summary>
    public long ChoicesSeen { get; set; }

    /// <summary>Whether a viewer's ceiling is another than was last looked at.</summary>
    public bool HasNewCeilings { get; set; }

    /// <summary>The most that any viewer can use of it; zero without viewers.</summary>
    public Bitrate Ceiling
    {
        get
        {
            var ceiling = Bitrate.Zero;
            foreach (var viewer in _viewers)
            {
                if (!viewer.Subscription.IsPaused)
                {
                    ceiling = Bitrate.Max(ceiling, viewer.Share?.Ceiling ?? Bitrate.Unlimited);
                }

                if (ceiling == Bitrate.Unlimited)
                {
                    break;
                }
            }

            return ceiling;
        }
    }

    /// <summary>The viewers; valid until the next one comes or goes.</summary>
    public ReadOnlySpan<PlayedTrack> Viewers => CollectionsMarshal.AsSpan(_viewers);

    /// <summary>Whether any viewer wants to be sent something: not all of them have paused it.</summary>
    public bool IsWatched
    {
        get
        {
            foreach (var viewer in _viewers)
            {
                if (!viewer.Subscription.IsPaused)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>How many viewers are attached.</summary>
    public int ViewerCount => _viewers.Count;

    /// <summary>Goes over to a source if it is newer than the one the core stands at; false when it is
    /// an older one, whose packets are dropped.</summary>
    [HotPath]
    public bool TryFollow(TrackSource source, Instant now)
    {
        if (ReferenceEquals(source, Source))
        {
            return true;
        }

        if (source.Continues(Source))
        {
            // Of the two, the one that the track has now stays: the other's last packets are still on their way.
            if (ReferenceEquals(source, Stream.Source))
            {
                Continue(source);
            }

            return true;
        }

        if (!source.IsNewerThan(Source))
        {
            return false;
        }

        Follow(source, now);
        return true;
    }

    /// <summary>Ends a source, if the core stands at it.</summary>
    public void End(TrackSource source, Instant now)
    {
        if (ReferenceEquals(source, Source))
        {
            Track.EndSource(now);
        }
    }

    /// <summary>Adds a viewer.</summary>
    public void Attach(PlayedTrack viewer, Instant now)
    {
        _viewers.Add(viewer);
        viewer.Replica = this;
        Translate(viewer);
        Track.Attach(viewer.Subscription, now);
    }

    /// <summary>Removes a viewer.</summary>
    public void Detach(PlayedTrack viewer)
    {
        if (_viewers.Remove(viewer))
        {
            Track.Detach(viewer.Subscription);
            viewer.Replica = null;
        }
    }

    /// <summary>The same run of packets comes from another place: what is cached and known of it stays, and viewers are sent
    /// what comes next.</summary>
    public void Continue(TrackSource source)
    {
        Source = source;
        if (source.Origin is not RemoteTrack)
        {
            Track.EndLayerStates();
        }

        Track.SetDescriptorExtension(source.Extensions.DependencyDescriptor);
        LevelId = source.Extensions.AudioLevel;
        foreach (var viewer in _viewers)
        {
            Translate(viewer);
        }
    }

    private void Follow(TrackSource source, Instant now)
    {
        Source = source;
        Track.StartSource(source.Epoch, source.Rids, now);
        Track.SetDescriptorExtension(source.Extensions.DependencyDescriptor);
        Meter?.Restart();
        LevelId = source.Extensions.AudioLevel;
        foreach (var viewer in _viewers)
        {
            viewer.Subscription.IsHeldBack = false;
            Translate(viewer);
        }
    }

    /// <summary>A structure of dependencies is longer than the one-byte form carries (RFC 8285 §4.2), and
    /// without it the descriptors of a viewer that knows only that form would be of no use to it.</summary>
    private static HeaderExtensionMap ExtensionsOf(MediaAgreement media) =>
        media.UsesExtmapAllowMixed
            ? media.Extensions
            : media.Extensions with
            {
                DependencyDescriptor = 0,
            };

    /// <summary>The publisher's header extensions have other ids than the viewer's.</summary>
    private void Translate(PlayedTrack viewer)
    {
        if (Source is { } source)
        {
            viewer.Session.Peer.Sender.SetTranslation(
                viewer.Stream,
                new ExtensionTranslation(source.Extensions, ExtensionsOf(viewer.Media))
            );
        }
    }
}
