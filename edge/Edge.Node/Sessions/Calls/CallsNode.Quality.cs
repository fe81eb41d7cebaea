using Control.Contract.Calls;
using Edge.Node.Shards;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <content>What sessions are told of their media: how well it does, and which layers they are sent.</content>
internal sealed partial class CallsNode
{
    /// <summary>Asks sessions that somebody reads about how they do, each once an interval from its making
    /// on, which spreads them. A shard that has too much to do is not asked.</summary>
    public void Measure(Instant now)
    {
        if (!state.Events.HasReaders)
        {
            return;
        }

        foreach (var session in state.Calls.All)
        {
            var round = (now - session.CreatedAt).Ticks / Limits.QualityInterval.Ticks;
            if (
                round != session.MeasuredRound
                && session.Media is { State: SessionState.Connected } media
                && state.Events.IsRead(session.Subject)
            )
            {
                session.MeasuredRound = round;
                _ = state.Shards[media.OwnerShard].TryPost(new ShardCommand.Measure(media));
            }
        }
    }

    /// <inheritdoc/>
    public void HandleMeasured(Session media, in SessionQuality quality, Instant now)
    {
        if (!state.Calls.TryFind(media.Stream.AppId, media.Id, out var session))
        {
            return;
        }

        var since = session.MeasuredAt;
        session.MeasuredAt = now;
        // The first look, and one after a time when nobody read, only says where to count from.
        if (!since.IsSet || now - since > 2 * Limits.QualityInterval || now <= since)
        {
            return;
        }

        var uplink = ToLink(quality.Uplink, now - since);
        var downlink = ToDownlink(quality, now - since);
        var roundTrip = quality.RoundTrip;
        state.Events.Raise(
            session.Subject,
            () =>
                new CallsEvent(CallsEventKind.Quality, session.Id, DateTimeOffset.UtcNow, 0)
                {
                    Uplink = uplink,
                    Downlink = downlink,
                    RoundTripMs =
                        roundTrip > TimeSpan.Zero
                            ? Math.Round(roundTrip.TotalMilliseconds, 1)
                            : null,
                }
        );
    }

    /// <inheritdoc/>
    public void HandleLayerChanged(PlayedTrack played, CallsTrack track)
    {
        var media = played.Session;
        if (!state.Calls.TryFind(media.Stream.AppId, media.Id, out var session))
        {
            return;
        }

        var rid = played.ToldRid;
        var isPaused = played.IsToldPaused;
        state.Events.Raise(
            session.Subject with
            {
                IsPrivate = true,
            },
            () =>
                new CallsEvent(CallsEventKind.LayerChanged, media.Id, DateTimeOffset.UtcNow, 0)
                {
                    TrackName = track.Name,
                    PublisherSessionId = track.Publisher.SessionId,
                    Mid = played.Media.Mid.ToString(),
                    MediaKind = KindNames.Of(track.Stream.Description.Kind),
                    Rid = isPaused || rid.IsEmpty ? null : rid.ToString(),
                    Paused = isPaused ? "network" : null,
                }
        );
    }

    /// <summary>What the client is sent, and what its network was found to carry; null when nothing is sent, nor
    /// estimated.</summary>
    private static LinkQuality? ToDownlink(in SessionQuality quality, TimeSpan during)
    {
        var link = ToLink(quality.Downlink, during);
        return quality.Available == Bitrate.Zero
            ? link
            : (link ?? new LinkQuality(0, 0, 0)) with
            {
                AvailableKbps = ToKbps(quality.Available),
                GivenKbps = ToKbps(quality.Given),
            };
    }

    private static double ToKbps(Bitrate rate) => Math.Round(rate.BitsPerSecond / 1000.0, 1);

    /// <summary>A direction in numbers; null when nothing went that way.</summary>
    private static LinkQuality? ToLink(LinkTotals totals, TimeSpan during)
    {
        if (totals.Packets <= 0)
        {
            return null;
        }

        // Packets that come late, or twice, lower the count of lost ones again (RFC 3550 §6.4.1).
        var share = Math.Clamp(totals.Lost / (double)totals.Packets, 0, 1);
        var kbps = totals.Bytes * 8 / 1000.0 / during.TotalSeconds;
        return new LinkQuality(totals.Packets, Math.Round(share, 4), Math.Round(kbps, 1));
    }
}
