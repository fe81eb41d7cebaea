using Edge.Bus;

namespace Edge.Node.Serving;

/// <summary>What a handler knows of a request beside its body.</summary>
/// <param name="Bus">Where it came from, and where its answer and its events go.</param>
/// <param name="Gate">Whether this node answers it.</param>
/// <param name="Cancellation">Cancelled when the asker waits no longer.</param>
internal readonly record struct NodeCall(
    IBus Bus,
    RequestGate Gate,
    CancellationToken Cancellation
);
