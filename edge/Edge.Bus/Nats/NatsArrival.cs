using System.Buffers;

namespace Edge.Bus.Nats;

/// <summary>Takes what came for a subscription; valid during the call. It must not wait: it is called between
/// the reads of the connection.</summary>
/// <param name="subscription">The subscription.</param>
/// <param name="subject">The subject.</param>
/// <param name="payload">The bytes; null when the server says that nobody has subscribed what was asked.</param>
/// <param name="replyTo">Where an answer is expected.</param>
internal delegate void NatsArrival(
    BusSubscription subscription,
    string subject,
    in ReadOnlySequence<byte>? payload,
    string? replyTo
);
