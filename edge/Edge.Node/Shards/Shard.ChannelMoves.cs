using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Data channels whose session goes on at another node.</content>
internal sealed partial class Shard
{
    /// <summary>Takes what a session's channels have brought, and says whether nothing is on its way between them and
    /// others: to their readers here and elsewhere, or to them. Until it is, the session had better not be captured; asked
    /// again it comes to that, for its clients' datagrams are held and who does not move with them was let go before.
    /// Threads: the session's shard.</summary>
    public bool TrySettleChannels(Session session, Instant now)
    {
        if (session.Channels is not { } channels)
        {
            return true;
        }

        TakeChannelEvents(session, now);
        // What a turn has left for the next would be sent when readers have gone already.
        return !channels.ContinueAt.IsSet && channels.IsSettled;
    }

    /// <summary>Lets go of channels whose session was captured: what comes for them late is dropped, nobody is told.
    /// Threads: the session's shard.</summary>
    /// <param name="session">The session, whose peer is closed already.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="moves">Whether a reader moves along.</param>
    /// <returns>Those who do not, and have to find what they read where it is now.</returns>
    public ImmutableArray<ReadChannel> LeaveChannels(
        Session session,
        SessionChannels channels,
        Func<ReadChannel, bool> moves
    )
    {
        ForgetChannelBytes(channels);
        if (ReferenceEquals(session.Channels, channels))
        {
            session.Channels = null;
        }

        return channels.Leave(moves);
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void SettleChannels(ShardCommand.SettleChannels command, Instant now)
    {
        var carrier = command.Channels.Carrier;
        if (carrier.OwnerShard != Index)
        {
            _node.Shards[carrier.OwnerShard].Post(command);
            return;
        }

        var isSettled = false;
        try
        {
            var isThere = !command.Channels.AreOver && !carrier.IsOver;
            isSettled = isThere && TrySettleChannels(carrier, now);
            TouchCarrier(command.Channels);
        }
        catch (Exception error)
        {
            Fault(carrier, error, now);
        }

        command.Done.TrySetResult(isSettled);
    }

    private void LetReaderGo(ShardCommand.LetReaderGo command)
    {
        var reader = command.Reader;
        var source = reader.Source;
        if (source.OwnerShard != Index)
        {
            _node.Shards[source.OwnerShard].Post(command);
            return;
        }

        _ = source.Readers.Remove(reader);
        reader.Leave();
        if (source is RemoteChannel remote)
        {
            EndIfUnread(remote);
        }

        command.Done.TrySetResult(!reader.HasEnded);
    }

    private void LetReadersGo(ShardCommand.LetReadersGo command)
    {
        var source = command.Source;
        if (source.OwnerShard != Index)
        {
            _node.Shards[source.OwnerShard].Post(command);
            return;
        }

        ImmutableArray<ReadChannel> readers = [.. source.Readers];
        source.Readers.Clear();
        foreach (var reader in readers)
        {
            reader.IsToReply |= source.TryStopReplies(reader);
            reader.Leave();
        }

        if (source is RemoteChannel remote)
        {
            EndIfUnread(remote);
        }

        command.Done.TrySetResult(readers);
    }

    /// <summary>A reader is there again. One that missed something is ended, which it notices, while a gap it would not,
    /// unless it agreed to losses.</summary>
    private void ResumeReader(ShardCommand.ResumeReader command)
    {
        var (reader, found, done) = command;
        var source = found.Source;
        if (source.OwnerShard != Index)
        {
            _node.Shards[source.OwnerShard].Post(command);
            return;
        }

        if (!reader.HasEnded && source.IsOver)
        {
            PostClose(reader, ChannelEndReason.PublisherEnded);
        }
        else if (!reader.HasEnded && !reader.MayLose && found.HasMissed(reader))
        {
            PostClose(reader, ChannelEndReason.MessagesLost);
        }
        else if (!reader.HasEnded)
        {
            reader.From = found.From;
            source.Readers.Add(reader);
        }

        done.TrySetResult(true);
    }
}
