using System.Collections.Immutable;
using Control.Contract;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Wire.Payload;

namespace Edge.Node.Telemetry;

/// <summary>Copies a session's counters into a report.</summary>
/// <remarks>Threads: the session's shard. Allocates: for reports only.</remarks>
internal static class SessionReporter
{
    /// <summary>What is known of a session now.</summary>
    public static SessionReport Describe(Session session, Instant now)
    {
        var tracks = ImmutableArray.CreateBuilder<TrackReport>(session.Media.Length);
        for (var section = 0; section < session.Media.Length; section++)
        {
            tracks.Add(
                session.Role == SessionRole.Publisher
                    ? Published(session, section)
                    : Played(session, section, now)
            );
        }

        var roundTrip = session.Peer.Sender.RoundTrip;
        return new SessionReport(
            session.Stream,
            session.Role == SessionRole.Publisher,
            Name(session.State),
            session.IceTag,
            tracks.ToImmutable(),
            roundTrip > TimeSpan.Zero ? roundTrip.TotalMilliseconds : null
        )
        {
            IsActive = IsActive(session),
            AvailableKbps = ToKbps(session.Downlink?.Bandwidth.Estimate),
            GivenKbps = ToKbps(session.Downlink?.Given),
            EventStreams = session.EventStreams.IsEmpty ? null : session.EventStreams,
        };
    }

    private static double? ToKbps(Bitrate? rate) =>
        rate is { } known ? Math.Round(known.BitsPerSecond / 1000.0, 1) : null;

    private static bool IsActive(Session session)
    {
        foreach (var played in session.Played)
        {
            if (played?.Track.Source is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Datagrams and packets that the session's engine dropped, whatever the reason. Threads:
    /// others than the session's shard read counts that are whole, but may be a moment old.</summary>
    public static long Dropped(Session session)
    {
        long total = 0;
        for (var reason = DropReason.None + 1; reason <= DropReason.Closed; reason++)
        {
            total += session.Peer.Transport.Dropped(reason);
        }

        return total;
    }

    /// <summary>How a session did since it was last measured. Tracks that ended in between do not count.</summary>
    public static SessionQuality Measure(Session session)
    {
        var uplink = default(LinkTotals);
        for (var section = 0; section < session.Published.Length; section++)
        {
            if (session.Published[section] is { } published)
            {
                var total = Received(session, section, published.Source.Rids.Length);
                uplink += total - published.Measured;
                published.Measured = total;
            }
        }

        var downlink = default(LinkTotals);
        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                var stats = session.Peer.Sender.Stats(played.Stream);
                var total = new LinkTotals(stats.Packets, stats.Bytes, stats.Lost);
                downlink += total - played.Measured;
                played.Measured = total;
            }
        }

        return new SessionQuality(uplink, downlink, session.Peer.Sender.RoundTrip)
        {
            Available = session.Downlink?.Bandwidth.Estimate ?? Bitrate.Zero,
            Given = session.Downlink?.Given ?? Bitrate.Zero,
        };
    }

    private static LinkTotals Received(Session session, int section, int layers)
    {
        var total = default(LinkTotals);
        for (var layer = 0; layer < layers; layer++)
        {
            var stats = session.Peer.Receiver.Stats(section, layer);
            var sent = stats.Packets - stats.Recovered + stats.Lost;
            total += new LinkTotals(sent, stats.Bytes, stats.Lost);
        }

        return total;
    }

    private static TrackReport Published(Session session, int section)
    {
        var media = session.Media[section];
        var layers = Math.Max(1, media.Rids.IsDefault ? 0 : media.Rids.Length);
        long packets = 0;
        long bytes = 0;
        long lost = 0;
        var arriving = new List<string>();
        for (var layer = 0; layer < layers; layer++)
        {
            var stats = session.Peer.Receiver.Stats(section, layer);
            packets += stats.Packets;
            bytes += stats.Bytes;
            lost += stats.Lost;
            if (stats.Packets > 0)
            {
                arriving.Add(LayerName(media, layer));
            }
        }

        return new TrackReport(
            media.Mid.ToString(),
            Name(media.Kind),
            media.Codec.Name,
            packets,
            bytes,
            lost,
            session.Published[section]?.KeyFrameCount ?? 0,
            string.Join(',', arriving)
        );
    }

    private static TrackReport Played(Session session, int section, Instant now)
    {
        var media = session.Media[section];
        var stats = session.Peer.Sender.Stats(section);
        var played = session.Played[section]!;
        var layer = played.Subscription.CurrentLayer;
        var source = played.Replica?.Source;
        return new TrackReport(
            media.Mid.ToString(),
            Name(media.Kind),
            media.Codec.Name,
            stats.Packets,
            stats.Bytes,
            stats.Lost,
            played.Subscription.KeyFramesSent,
            source is not null && (uint)layer < (uint)source.Rids.Length
                ? source.Rids[layer].ToString()
                : ""
        )
        {
            LineIndex = media.LineIndex,
            Paused = played.Subscription.IsStarved ? "network" : null,
            Layers = LayerReporter.Describe(played, now),
        };
    }

    private static string LayerName(MediaAgreement media, int layer) =>
        media.Rids.IsDefaultOrEmpty ? "" : media.Rids[layer].ToString();

    private static string Name(MediaKind kind) => kind == MediaKind.Audio ? "audio" : "video";

    private static string Name(SessionState state) =>
        state switch
        {
            SessionState.New => "new",
            SessionState.Connecting => "connecting",
            SessionState.Connected => "connected",
            SessionState.Closed or SessionState.Moved => "closed",
            _ => "closed",
        };
}
