namespace Edge.Bus.InProcess;

/// <summary>Bounds of a bus within the process.</summary>
public sealed record InProcessBusOptions
{
    /// <summary>Bytes that a message may have. Default 1 MiB, what a NATS server allows.</summary>
    public int PayloadBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes that may wait for the handlers of a bus; the oldest beyond it are lost. Default 16 MiB: half
    /// a second of 250 Mbit/s.</summary>
    public int IncomingBytesMax { get; init; } = 16 * 1024 * 1024;
}
