using Edge.Load.Reports;
using Edge.Load.Signaling;
using Edge.Testing;

namespace Edge.Load;

/// <summary>Viewers that come, one at a time or together, and leave as soon as they got anything.</summary>
internal sealed class JoinPhase(LoadOptions options, LoadClients clients, ISignaling signaling)
{
    private readonly List<Viewer> _joined = []; // Under its own lock: joins end on many threads.
    private string? _problem;

    /// <summary>Joins at an even pace for so long, then waits for the last.</summary>
    public async Task RunAsync()
    {
        var count = (int)Math.Max(1, options.Joins * options.JoinWindow.TotalSeconds);
        var joins = new List<Task>(count);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / options.Joins));
        for (var index = 0; index < count; index++)
        {
            joins.Add(JoinAsync());
            _ = await pace.WaitForNextTickAsync();
        }

        await Task.WhenAll(joins);
    }

    /// <summary>What came of it.</summary>
    /// <param name="cpuSeconds">What the server took meanwhile, beyond what media took.</param>
    public JoinFigures Report(double cpuSeconds)
    {
        if (_joined.Count == 0)
        {
            throw new TestingException($"Nobody could join: {_problem}");
        }

        return new JoinFigures
        {
            Joined = _joined.Count,
            PerSecond = options.Joins,
            Problem = _problem,
            CpuMilliseconds = 1000 * cpuSeconds / _joined.Count,
            PerCpuSecond = cpuSeconds > 0 ? _joined.Count / cpuSeconds : 0,
            Post = Quantiles.Of(_joined.Select(viewer => viewer.Post)),
            FirstPacket = Quantiles.Of(_joined.Select(viewer => viewer.FirstPacket)),
        };
    }

    private async Task JoinAsync()
    {
        var viewer = new Viewer(clients.Clock.Now);
        try
        {
            await signaling.PlayAsync(client =>
            {
                viewer.Client = client;
                clients.Driver.Add(client);
            });
            viewer.PostEndedAt = clients.Clock.Now;
            var hasMedia = await clients.Driver.WaitAsync(
                () => viewer.FirstPacketAt.IsSet,
                LoadViewers.JoinLongest
            );
            await LeaveAsync(viewer, hasMedia);
        }
        catch (Exception exception)
            when (exception
                    is TestingException
                        or HttpRequestException
                        or OperationCanceledException
            )
        {
            // One that a server refuses is a figure of the report too.
            Note(exception.Message);
            if (viewer.Client is { } client)
            {
                await clients.Driver.RemoveAsync(client);
            }
        }
    }

    private async Task LeaveAsync(Viewer viewer, bool hasMedia)
    {
        await signaling.LeaveAsync(viewer.Client!);
        await clients.Driver.RemoveAsync(viewer.Client!);
        if (!hasMedia)
        {
            Note("Nothing came.");
            return;
        }

        lock (_joined)
        {
            _joined.Add(viewer);
        }
    }

    private void Note(string problem)
    {
        lock (_joined)
        {
            _problem ??= problem;
        }
    }
}
