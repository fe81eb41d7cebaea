using Edge.Load.Reports;

namespace Edge.Load.Mesh;

/// <summary>Medians of one place, under one kind of link, at one rate. CPU is microseconds a packet.</summary>
internal sealed record MeshRow
{
    public required string Conditions { get; init; }
    public required string Place { get; init; }
    public required int Streams { get; init; }
    public required int Runs { get; init; }
    public required double PacketsPerSecond { get; init; }

    /// <summary>Viewers of all streams that had a picture when the window began.</summary>
    public required double Viewers { get; init; }
    public required double ArrivedPercent { get; init; }

    /// <summary>The publishers' edge, a published packet.</summary>
    public required double HomeMicroseconds { get; init; }

    /// <summary>The viewers' edge, a packet that arrived; 0 where that is the publishers'.</summary>
    public required double PlaceMicroseconds { get; init; }

    /// <summary>What the hop costs its sending edge, a published packet; at home, what forwarding costs.</summary>
    public required double SendMicroseconds { get; init; }

    /// <summary>Of it, the threads of mesh and buses: measured, not a difference of large numbers.</summary>
    public required double SendMeshMicroseconds { get; init; }

    /// <summary>What the hop costs its receiving edge, a packet that arrived.</summary>
    public required double ReceiveMicroseconds { get; init; }

    /// <summary>Of it, the same.</summary>
    public required double ReceiveMeshMicroseconds { get; init; }

    /// <summary>What it costs all other processes, a published packet.</summary>
    public required double BusMicroseconds { get; init; }
    public required Quantiles Video { get; init; }
    public required Quantiles FrameLast { get; init; }

    /// <summary>Against viewers at home.</summary>
    public required Quantiles Added { get; init; }
    public required Quantiles FrameAdded { get; init; }
    public required double SentAgainPerSecond { get; init; }

    /// <summary>The longest pause of the clients in any run.</summary>
    public required double PauseMostMilliseconds { get; init; }
    public required double StolenMostPercent { get; init; }

    /// <summary>Whether figures of packets that arrived say anything. Chosen: one in a hundred.</summary>
    public bool HasArrived => ArrivedPercent >= 1;
}
