using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <summary>One request of a viewer.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Stream">Index of the sent stream.</param>
/// <param name="Sequence">The sequence number asked for, of a NACK.</param>
public readonly record struct SenderFeedback(
    SenderFeedbackKind Kind,
    byte Stream,
    SequenceNumber Sequence = default
);
