using Edge.Bus;
using Edge.Processes;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus that holds whoever publishes the first message of a kind, until it is let go.</summary>
internal sealed class HangingBus(IBus bus, string prefix) : PassingBus(bus)
{
    // The held thread may look at them yet when the test is over: left to the collector.
    private readonly ManualResetEventSlim _isHeld = new();
    private readonly ManualResetEventSlim _isOver = new();

    /// <summary>Whether somebody is held, or was.</summary>
    public bool IsHeld => _isHeld.IsSet;

    /// <summary>Lets go.</summary>
    public void Release() => _isOver.Set();

    public override bool TryPublish(
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo = null
    )
    {
        if (!IsHeld && subject.StartsWith(prefix, StringComparison.Ordinal))
        {
            _isHeld.Set();
            _ = _isOver.Wait(Patience.Longest);
        }

        return base.TryPublish(subject, payload, replyTo);
    }
}
