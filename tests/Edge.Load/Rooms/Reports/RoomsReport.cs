namespace Edge.Load.Rooms.Reports;

/// <summary>What one room measured.</summary>
internal sealed record RoomsReport
{
    public required int People { get; init; }
    public required int Pulls { get; init; }
    public required int Speakers { get; init; }

    /// <summary>A camera, in bits a second of payload and in pictures a second.</summary>
    public required long CameraBitsPerSecond { get; init; }
    public required int FramesPerSecond { get; init; }
    public required double JoinsPerSecond { get; init; }

    /// <summary>People with bad networks, and what those are like.</summary>
    public required int Bad { get; init; }
    public required double BadLossPercent { get; init; }
    public required long BadBitsPerSecond { get; init; }
    public required double Seconds { get; init; }
    public required int ServerCores { get; init; }

    /// <summary>What all viewers together should get.</summary>
    public required double OfferedPerSecond { get; init; }

    /// <summary>What came as far as the viewers' networks.</summary>
    public required double ForwardedPerSecond { get; init; }

    /// <summary>The edge's CPU time for each of these, all its threads.</summary>
    public required double EdgeMicroseconds { get; init; }
    public required double EdgeCorePercent { get; init; }
    public required double ControlCorePercent { get; init; }

    /// <summary>How long its threads for clients could have run and waited for a core, as percent of the window.</summary>
    public required double EdgeWaitedPercent { get; init; }

    /// <summary>Edge and control together while people joined, until all that they pulled came.</summary>
    public required double JoiningCorePercent { get; init; }

    /// <summary>Meanwhile, of the clients' core: their requests and descriptions, beside the thread that never
    /// sleeps.</summary>
    public required double JoiningRequestsPercent { get; init; }

    /// <summary>CPU time for each who joined, with all pulls that were for her sake; the edge's without what it forwarded
    /// meanwhile, at what a packet costs later.</summary>
    public required double EdgeJoinMilliseconds { get; init; }
    public required double ControlJoinMilliseconds { get; init; }
    public required double EdgeIdleMegabytes { get; init; }
    public required double EdgeKilobytesPerSession { get; init; }
    public required double ControlKilobytesPerSession { get; init; }
    public required RoomGroup Good { get; init; }

    /// <summary>Null without.</summary>
    public RoomGroup? OfBad { get; init; }

    /// <summary>Share of the window in which the clients' thread waited for a core: others had it.</summary>
    public required double ClientsWaitedPercent { get; init; }

    /// <summary>Share of the window in turns of the clients so long that latencies are theirs.</summary>
    public required double ClientsLatePercent { get; init; }
    public required double ClientsLongestTurnMilliseconds { get; init; }

    /// <summary>Datagrams that came while a socket's buffer was full.</summary>
    public required SocketDrops Drops { get; init; }

    /// <summary>Share of the machine's time that its host gave to others.</summary>
    public required double StolenPercent { get; init; }

    /// <summary>Joins and pulls that failed, in sentences.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
