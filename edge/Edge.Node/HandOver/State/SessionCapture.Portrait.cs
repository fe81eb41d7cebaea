using System.Collections.Immutable;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <content>The same of a session that stays, for a node that would go on with it after a sudden end of this one.</content>
internal static partial class SessionCapture
{
    /// <summary>Writes a session as it is, and changes nothing. Threads: its shard.</summary>
    /// <remarks>In the form of <see cref="TryWrite"/>, without what is old at once: what its shard knows of tracks, what its network carries. Data
    /// channels are those that would be lost.</remarks>
    /// <param name="session">The session.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="tracks">The tracks of its stream; empty for one whose tracks have names.</param>
    /// <param name="names">What its data channels are called; null without names.</param>
    /// <param name="now">The time.</param>
    /// <param name="state">What was written: secret, for it holds keys.</param>
    public static PeerCapture TryPortray(
        Session session,
        int shard,
        ImmutableArray<StreamTrack> tracks,
        CallsChannels? names,
        Instant now,
        out byte[] state
    )
    {
        state = [];
        using var writer = new StateWriter(now, HandOverValues.SessionBytesMax);
        var outer = writer.Begin();
        SessionFacts.Write(writer, session);
        WriteMedia(writer, session, shard, tracks, written: null);
        if (session.State == SessionState.New)
        {
            if (!TryWriteChannels(writer, session, names))
            {
                return PeerCapture.ChannelsUnsettled;
            }
        }
        else if (session.Channels is { AreOver: false, Transport.IsEnded: false } channels)
        {
            SessionChannelsForm.WriteLost(writer, channels);
        }
        else
        {
            writer.Nothing();
        }

        if (writer.IsTooLong)
        {
            return PeerCapture.TooLong;
        }

        var result = session.Peer.TryPortray(writer);
        if (result == PeerCapture.Captured)
        {
            writer.End(outer);
            state = writer.Written.ToArray();
        }

        return result;
    }
}
