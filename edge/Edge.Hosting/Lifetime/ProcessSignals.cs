using System.Runtime.InteropServices;

namespace Edge.Hosting.Lifetime;

/// <summary>Signals as requests: SIGTERM drains, SIGINT stops, a second of either exits at once.</summary>
public sealed class ProcessSignals : IDisposable
{
    // What a shell reports for a process that a signal ended.
    private const int ExitCodeBase = 128;
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private readonly DrainState _drain;
    private readonly TaskCompletionSource _stopped = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;
    private int _count;

    /// <summary>Begins to listen.</summary>
    public ProcessSignals(DrainState drain)
    {
        _drain = drain;
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, HandleTerminate);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, HandleInterrupt);
    }

    /// <summary>Completes when the process is to stop without waiting for its sessions.</summary>
    public Task Stopped => _stopped.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private void HandleTerminate(PosixSignalContext context)
    {
        context.Cancel = true;
        ExitIfSecond(SigTerm);
        _drain.Begin();
    }

    private void HandleInterrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        ExitIfSecond(SigInt);
        _stopped.TrySetResult();
    }

    private void ExitIfSecond(int signal)
    {
        if (Interlocked.Increment(ref _count) > 1)
        {
            Environment.Exit(ExitCodeBase + signal);
        }
    }
}
