using Edge.Processes;

namespace Edge.Bus.Tests.Contract;

/// <summary>A handler that hangs until it is let go.</summary>
internal sealed class HangingHandler : IDisposable
{
    private readonly ManualResetEventSlim _hasEntered = new();
    private readonly ManualResetEventSlim _mayLeave = new();

    /// <summary>Hangs. What a bus calls.</summary>
    public void Handle(BusMessage message)
    {
        _hasEntered.Set();
        _mayLeave.Wait();
    }

    /// <summary>Waits until it was called; false when it is not in time.</summary>
    public bool TryAwaitCall() => _hasEntered.Wait(Patience.Longest);

    /// <summary>Lets it go, and all later calls.</summary>
    public void Release() => _mayLeave.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _hasEntered.Dispose();
        _mayLeave.Dispose();
    }
}
