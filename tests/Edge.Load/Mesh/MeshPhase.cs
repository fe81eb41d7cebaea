using Edge.Load.Reports;

namespace Edge.Load.Mesh;

/// <summary>What was measured while all viewers were at one place.</summary>
internal sealed record MeshPhase
{
    /// <summary>The place's name; empty while nobody watched.</summary>
    public required string Place { get; init; }

    /// <summary>Viewers that had a whole key frame before the window began.</summary>
    public required int Viewers { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Packets that publishers sent, each once.</summary>
    public required long Published { get; init; }

    /// <summary>Packets that reached viewers, each once.</summary>
    public required long Arrived { get; init; }

    /// <summary>Seconds of each process.</summary>
    public required Dictionary<string, double> Cpu { get; init; }

    /// <summary>Seconds of its shards' threads: what an edge pays for clients, not for other nodes.</summary>
    public required Dictionary<string, double> ShardCpu { get; init; }
    public required double StolenPercent { get; init; }
    public required Quantiles Video { get; init; }
    public required Quantiles FrameLast { get; init; }

    /// <summary>The longest pause of the clients themselves: latencies above it are the servers'.</summary>
    public required double LongestTurnMilliseconds { get; init; }

    /// <summary>TCP's segments, all connections together, and those that were sent again.</summary>
    public required TcpSegments Segments { get; init; }
}
