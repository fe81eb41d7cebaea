using Microsoft.Extensions.Logging;

namespace Edge.Bus.InProcess;

/// <summary>Joins the buses of one process: the mesh of a standalone process, and of many in one test.</summary>
/// <param name="options">Bounds of each bus.</param>
/// <param name="logger">Where faults of handlers go.</param>
public sealed class InProcessExchange(InProcessBusOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private InProcessBus[] _buses = [];

    /// <summary>Another bus, connected.</summary>
    /// <exception cref="InvalidOperationException">The options are not good.</exception>
    public InProcessBus Connect()
    {
        var problems = options.Validate();
        if (!problems.IsEmpty)
        {
            throw new InvalidOperationException(string.Join(' ', problems));
        }

        var bus = new InProcessBus(this, options, logger);
        bus.Start();
        return bus;
    }

    /// <summary>Has a message of a bus sent to everybody.</summary>
    /// <returns>How many wanted it; null when this bus is not connected.</returns>
    internal int? Publish(
        InProcessBus from,
        string subject,
        ReadOnlySpan<byte> payload,
        string? replyTo
    )
    {
        // One at a time, so that the messages of one publisher, and even of all, come in one order.
        lock (_gate)
        {
            if (!from.IsConnected)
            {
                return null;
            }

            var count = 0;
            foreach (var bus in _buses)
            {
                count += bus.Take(subject, payload, replyTo);
            }

            return count;
        }
    }

    /// <summary>Calls back for each other bus than one that listens to a subject.</summary>
    internal void TellListeners(InProcessBus bus, string subject, Action handler)
    {
        lock (_gate)
        {
            foreach (var other in bus.IsConnected ? _buses : [])
            {
                if (other != bus && other.ListensTo(subject))
                {
                    handler();
                }
            }
        }
    }

    /// <summary>Tells the others that a bus has subscribed a pattern.</summary>
    internal void NoteListener(InProcessBus bus, string pattern)
    {
        lock (_gate)
        {
            if (!bus.IsConnected)
            {
                return;
            }

            foreach (var other in _buses)
            {
                if (other != bus)
                {
                    other.NoteListener(pattern);
                }
            }
        }
    }

    /// <summary>Lets a bus in or out, as <paramref name="note"/> says.</summary>
    internal void Change(InProcessBus bus, Func<bool> note)
    {
        lock (_gate)
        {
            if (!note())
            {
                return;
            }

            var others = Array.FindAll(_buses, other => other != bus);
            _buses = bus.IsConnected ? [.. others, bus] : others;
            foreach (var other in bus.IsConnected ? others : [])
            {
                bus.TellInterest(other);
                other.TellInterest(bus);
            }
        }
    }
}
