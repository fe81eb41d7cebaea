using System.Collections.Immutable;

namespace Edge.Bus.InProcess;

/// <summary>Bounds of a bus within the process.</summary>
public sealed record InProcessBusOptions
{
    private const int PayloadBytesLeast = 1024;
    private const int PayloadBytesMost = 64 * 1024 * 1024;
    private const int IncomingBytesMost = 1024 * 1024 * 1024;

    /// <summary>Bytes that a message may have. Default 1 MiB, what a NATS server allows; range 1 KiB to
    /// 64 MiB.</summary>
    public int PayloadBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes that may wait for the handlers of a bus; the oldest beyond it are lost. Default 16 MiB, half
    /// a second of 250 Mbit/s; range twice the longest message to 1 GiB.</summary>
    public int IncomingBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public ImmutableArray<string> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (PayloadBytesMax is < PayloadBytesLeast or > PayloadBytesMost)
        {
            problems.Add(
                $"{nameof(PayloadBytesMax)} is {PayloadBytesLeast} to {PayloadBytesMost}."
            );
        }

        if (IncomingBytesMax > IncomingBytesMost || IncomingBytesMax < 2L * PayloadBytesMax)
        {
            problems.Add(
                $"{nameof(IncomingBytesMax)} is twice {nameof(PayloadBytesMax)} to {IncomingBytesMost}."
            );
        }

        return problems.ToImmutable();
    }
}
