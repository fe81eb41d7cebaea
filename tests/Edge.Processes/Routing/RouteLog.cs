using System.Diagnostics;
using Edge.Processes.Links;

namespace Edge.Processes.Routing;

/// <summary>What a router's kernel says of its routes, with the time of each line.</summary>
public sealed class RouteLog : IAsyncDisposable
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
    public static RouteLog Start(NetworkSpace router)
    {
        ArgumentNullException.ThrowIfNull(router);
        return new([Listen("-4"), Listen("-6")]);

        // A route of several next hops is one line, too.
        ChildProcess Listen(string family) =>
            ChildProcess.Start([
                .. router.Prefix,
                "/sbin/ip",
                "-oneline",
                family,
                "monitor",
                "route",
            ]);
    }

    /// <summary>Waits until a line of this address came after a moment; returns when it came.</summary>
    public async Task<long> UntilAsync(string address, RouteChange change, long since) =>
        (
            await Patience.UntilAsync(
                $"the router's route to {address}: {change}",
                () =>
                    Task.FromResult(
                        Find(
                            address,
                            since,
                            line => IsDeleted(line) == (change == RouteChange.Gone)
                        )
                    ),
                isEnough: found => found is not null
            )
        )!.Value;

    /// <summary>Waits until a line says that a next hop is among those of an address, or is not; returns when it
    /// came.</summary>
    /// <param name="address">The address.</param>
    /// <param name="hop">The next hop's address.</param>
    /// <param name="change">Whether it came or went.</param>
    /// <param name="since">Earlier lines do not count.</param>
    public async Task<long> UntilHopAsync(
        string address,
        string hop,
        RouteChange change,
        long since
    ) =>
        (
            await Patience.UntilAsync(
                $"the next hop {hop} of {address}: {change}",
                () =>
                    Task.FromResult(
                        Find(
                            address,
                            since,
                            line => HasHop(line, hop) == (change == RouteChange.Come)
                        )
                    ),
                isEnough: found => found is not null
            )
        )!.Value;

    /// <summary>Whether the kernel has said that there is no route to an address any more.</summary>
    public bool HasBeenGone(string address) => Find(address, since: 0, IsDeleted) is not null;

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var monitor in _monitors)
        {
            await monitor.DisposeAsync();
        }
    }

    private long? Find(string address, long since, Func<string, bool> isIt)
    {
        lock (_lines)
        {
            foreach (var (line, at) in _lines)
            {
                if (at >= since && Names(line, address) && isIt(line))
                {
                    return at;
                }
            }

            return null;
        }
    }

    private static bool Names(string line, string address) =>
        line.Contains($"{address} ", StringComparison.Ordinal);

    private static bool IsDeleted(string line) =>
        line.StartsWith("Deleted", StringComparison.Ordinal);

    private static bool HasHop(string line, string hop) =>
        !IsDeleted(line) && line.Contains($"via {hop} ", StringComparison.Ordinal);

    private void Note(string line)
    {
        lock (_lines)
        {
            _lines.Add((line, Stopwatch.GetTimestamp()));
        }
    }
}
