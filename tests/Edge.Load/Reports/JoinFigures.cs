namespace Edge.Load.Reports;

/// <summary>What joining and leaving viewers cost, and what those who stayed noticed.</summary>
internal sealed record JoinFigures
{
    /// <summary>Viewers that got media.</summary>
    public required int Joined { get; init; }

    /// <summary>How many tried each second.</summary>
    public required double PerSecond { get; init; }

    /// <summary>The first trouble of any, if there was one.</summary>
    public string? Problem { get; init; }

    /// <summary>The server's CPU time for one to come and leave: POST, ICE, DTLS, DELETE, and the few packets that it got; what
    /// media took before the first came is taken off.</summary>
    public required double CpuMilliseconds { get; init; }

    /// <summary>Joins in a second of the server's CPU time; 0 when it could not be measured.</summary>
    public required double PerCpuSecond { get; init; }

    /// <summary>Until the server had answered, and confirmed.</summary>
    public required Quantiles Post { get; init; }

    /// <summary>From the POST to the first packet of media.</summary>
    public required Quantiles FirstPacket { get; init; }

    /// <summary>Of those who stayed.</summary>
    public double LossPercent { get; init; }

    /// <summary>Latency of each frame's last packet at those who stayed.</summary>
    public Distribution FrameLast { get; init; } = Distribution.None;

    /// <summary>Latency of sound at those who stayed.</summary>
    public Distribution Audio { get; init; } = Distribution.None;
}
