using System.Diagnostics;
using Edge.Processes;
using Edge.Processes.Links;

namespace Anycast.Daemon.Tests.Lab;

/// <summary>What the router's kernel says of the routes to the anycast address, with the time of each line.</summary>
internal sealed class RouteLog : IAsyncDisposable
{
    private readonly ChildProcess[] _monitors;
    private readonly List<(string Line, long At)> _lines = [];

    private RouteLog(ChildProcess[] monitors)
    {
        _monitors = monitors;
        foreach (var monitor in monitors)
        {
            monitor.LineRead = Note;
        }
    }

    /// <summary>Begins to listen, for IPv4 and IPv6.</summary>
    public static RouteLog Start(NetworkSpace router) =>
        new([
            ChildProcess.Start([.. router.Prefix, "/sbin/ip", "-4", "monitor", "route"]),
            ChildProcess.Start([.. router.Prefix, "/sbin/ip", "-6", "monitor", "route"]),
        ]);

    /// <summary>Waits until a line of this address came after a moment; returns when it came.</summary>
    public async Task<long> UntilAsync(string address, RouteChange change, long since) =>
        (
            await Patience.UntilAsync(
                $"the router's route to {address}: {change}",
                () => Task.FromResult(Find(address, change, since)),
                isEnough: found => found is not null
            )
        )!.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var monitor in _monitors)
        {
            await monitor.DisposeAsync();
        }
    }

    private long? Find(string address, RouteChange change, long since)
    {
        lock (_lines)
        {
            foreach (var (line, at) in _lines)
            {
                var isDeleted = line.StartsWith("Deleted", StringComparison.Ordinal);
                if (
                    at >= since
                    && line.Contains(address + " ", StringComparison.Ordinal)
                    && isDeleted == (change == RouteChange.Gone)
                )
                {
                    return at;
                }
            }

            return null;
        }
    }

    private void Note(string line)
    {
        lock (_lines)
        {
            _lines.Add((line, Stopwatch.GetTimestamp()));
        }
    }
}
