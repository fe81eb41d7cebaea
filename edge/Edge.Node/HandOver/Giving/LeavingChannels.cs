using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;

namespace Edge.Node.HandOver.Giving;

/// <summary>The data channels of sessions that leave: nothing is lost between those that go and those that stay.</summary>
/// <remarks>Threads: any; a session is in one group at a time.</remarks>
internal sealed class LeavingChannels(NodeState node, CallsNode calls)
{
    /// <summary>Whether nothing is on its way between a session's channels and others; waits for it for a while, and looks
    /// once, however late it is.</summary>
    public async ValueTask<bool> TrySettleAsync(LeavingSession leaving, TimeSpan within) =>
        leaving is not { Media: not null, Calls: { } session }
        || await calls.TrySettleChannelsAsync(session, within);

    /// <summary>Of a reader and what it reads only one could be written: the reader that stays looks for it once it is there,
    /// and what stays is read no more by one that is gone.</summary>
    public void Part(IReadOnlyList<LeavingSession> group)
    {
        var written = group
            .Where(session => session.IsWritten)
            .ToDictionary(session => session.Id, StringComparer.Ordinal);
        foreach (var session in group)
        {
            foreach (var channel in session.Calls?.DataChannels.All ?? [])
            {
                if (channel.End is not ReadChannel reader)
                {
                    continue;
                }

                var isPublisherGone = written.TryGetValue(channel.PublisherId, out var publisher);
                if (!session.IsWritten && isPublisherGone && !reader.HasEnded)
                {
                    reader.Leave();
                    publisher!.AddReaderLeft(reader);
                }
                else if (session.IsWritten && !isPublisherGone && reader.Source is PublishedChannel)
                {
                    node.Shards[reader.Source.OwnerShard]
                        .Post(new ShardCommand.RemoveReader(reader));
                }
            }
        }
    }
}
