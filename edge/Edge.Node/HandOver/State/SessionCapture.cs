using System.Collections.Immutable;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>Writes what a shard has of a session for another node, and ends the session's engine here.</summary>
/// <remarks>Order matters (the three NOTES, "Hand-over"): what was given a number and waits is sent before, and the engine comes
/// last, because what it wrote may not be used by it any more.</remarks>
internal static partial class SessionCapture
{
    /// <summary>Writes a session that is drained and whose downlink is flushed. Threads: its shard.</summary>
    /// <param name="session">The session.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="tracks">The tracks of its stream; empty for one whose tracks have names.</param>
    /// <param name="written">Notes which tracks' knowledge the letter has already.</param>
    /// <param name="names">What its data channels are called; null without names.</param>
    /// <param name="now">The time.</param>
    /// <param name="state">What was written: secret, for it holds keys.</param>
    /// <returns>Anything but <see cref="PeerCapture.Captured"/> has changed nothing.</returns>
    public static PeerCapture TryWrite(
        Session session,
        int shard,
        ImmutableArray<StreamTrack> tracks,
        WrittenTracks written,
        CallsChannels? names,
        Instant now,
        out byte[] state
    )
    {
        state = [];
        using var writer = new StateWriter(now, HandOverValues.SessionBytesMax);
        var outer = writer.Begin();
        SessionFacts.Write(writer, session);
        WriteMedia(writer, session, shard, tracks, written);
        if (!TryWriteChannels(writer, session, names))
        {
            return PeerCapture.ChannelsUnsettled;
        }

        if (writer.IsTooLong)
        {
            return PeerCapture.TooLong;
        }

        var result = session.Peer.TryCapture(writer);
        if (result == PeerCapture.Captured)
        {
            writer.End(outer);
            state = writer.Written.ToArray();
        }

        return result;
    }

    private static bool TryWriteChannels(StateWriter writer, Session session, CallsChannels? names)
    {
        if (session.Channels is not { } channels)
        {
            writer.Nothing();
            return true;
        }

        return names is not null && SessionChannelsForm.Write(writer, channels, names);
    }

    private static void WriteMedia(
        StateWriter writer,
        Session session,
        int shard,
        ImmutableArray<StreamTrack> tracks,
        WrittenTracks? written
    )
    {
        var outer = writer.Begin();
        RoutePart.WriteAll(writer, session.Routes);
        WritePublished(writer, session, shard, written);
        WritePlayed(writer, session, tracks, written);
        // Of a portrait, which is old when it is needed, these are learnt anew.
        writer.Part(
            written is not null && session.Downlink is not null,
            part => session.Downlink!.Write(part, Subscriptions(session))
        );
        writer.Part(
            written is not null && session.Sound is not null,
            part => session.Sound!.Write(part)
        );
        writer.End(outer);
    }

    private static void WritePublished(
        StateWriter writer,
        Session session,
        int shard,
        WrittenTracks? written
    )
    {
        var group = writer.Begin();
        foreach (var published in session.Published)
        {
            if (published is not null)
            {
                var track = published.Source.Track;
                var replica = track.Replica(shard);
                PublishedPart.Write(
                    writer,
                    published,
                    written?.TryAdd(track) == true ? replica : null
                );
            }
        }

        writer.End(group);
    }

    private static void WritePlayed(
        StateWriter writer,
        Session session,
        ImmutableArray<StreamTrack> tracks,
        WrittenTracks? written
    )
    {
        var group = writer.Begin();
        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                // A publisher's own shard knows more.
                var knows =
                    played.Replica is { Source.Origin: not Session } replica
                    && written?.TryAdd(played.Track) == true
                        ? replica
                        : null;
                PlayedPart.Write(writer, played, OrdinalOf(played.Track, tracks), knows);
            }
        }

        writer.End(group);
    }

    private static int OrdinalOf(StreamTrack track, ImmutableArray<StreamTrack> tracks)
    {
        var ordinal = 0;
        foreach (var other in tracks)
        {
            if (ReferenceEquals(other, track))
            {
                return ordinal;
            }

            ordinal += other.Description.Kind == track.Description.Kind ? 1 : 0;
        }

        return 0;
    }

    private static Subscription[] Subscriptions(Session session)
    {
        var subscriptions = new List<Subscription>(session.Played.Length);
        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                subscriptions.Add(played.Subscription);
            }
        }

        return [.. subscriptions];
    }
}
