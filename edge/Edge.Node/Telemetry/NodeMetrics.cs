using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>What operators are told of a media node.</summary>
/// <remarks>
/// Shards are asked for what only they may look at; what one does not answer in time is as it was said last. Everything is in
/// labels of known sets: the number of series does not depend on how many sessions there are. Threads: one report at a time.
/// </remarks>
internal sealed class NodeMetrics(NodeState node)
{
    /// <summary>How long a shard may take to answer. It answers between two turns of its loop.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private readonly ShardFigures[] _last = Array.ConvertAll(node.Shards, _ => new ShardFigures());

    /// <summary>Reports all of it.</summary>
    public async Task ReportAsync(IMetricSink sink, CancellationToken cancellation)
    {
        var figures = new ShardFigures();
        foreach (
            var each in await Task.WhenAll(
                node.Shards.Select(shard => AskAsync(shard, cancellation))
            )
        )
        {
            figures.Add(each);
        }

        MediaMetrics.Report(sink, figures);
        JoinMetrics.Report(sink, node);
        DropMetrics.Report(sink, node, figures);
        TrafficMetrics.Report(sink, node);
        MeshMetrics.Report(sink, node);
        TakeoverMetrics.Report(sink, node);
        PeerMetrics.Report(sink, node);
    }

    private async Task<ShardFigures> AskAsync(Shard shard, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<ShardFigures>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        if (shard.TryPost(new ShardCommand.Report(answer)))
        {
            try
            {
                _last[shard.Index] = await answer.Task.WaitAsync(AnswerWithin, cancellation);
            }
            catch (TimeoutException)
            {
                // It is busy, or has ended: what it said last holds, and a counter does not go back.
            }
        }

        return _last[shard.Index];
    }
}
