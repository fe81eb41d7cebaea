using Edge.Node.Shards;
using Edge.Node.Tests.EndToEnd;

namespace Edge.Node.Tests.Takeover;

/// <summary>Ends a node of this process as a kill ends one of its own.</summary>
internal static class SilentEnd
{
    /// <summary>What the first node has to say reaches nobody any more, and then it is gone.</summary>
    public static async Task OfFirstAsync(PopHarness pop)
    {
        var former = pop.First.Node;
        await pop.Buses[0].DisposeAsync();
        foreach (var session in former.State.Sessions.All)
        {
            former.State.Shards[session.OwnerShard].Post(new ShardCommand.Abandon(session));
        }

        while (former.SessionCount > 0)
        {
            await Task.Delay(1);
        }

        await former.DisposeAsync();
    }
}
