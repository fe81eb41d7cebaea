using System.Buffers;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>A subscription at the server. It takes messages where the client library reads them, without its
/// channels, tasks and copies.</summary>
/// <param name="connection">The connection.</param>
/// <param name="subscription">Whose it is.</param>
/// <param name="arrive">Takes the messages.</param>
internal sealed class NatsFeed(
    NatsConnection connection,
    BusSubscription subscription,
    NatsArrival arrive
)
    : NatsSubBase(
        connection,
        connection.SubscriptionManager,
        subscription.Pattern,
        queueGroup: null,
        opts: null
    )
{
    // "NATS/1.0 503": a status instead of headers has a space and a digit here (NATS protocol, HMSG).
    private const int StatusOffset = 8;
    private const int StatusBytes = 4;

    /// <inheritdoc/>
    public override ValueTask ReceiveAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    ) => ReceiveInternalAsync(subject, replyTo, headersBuffer, payloadBuffer);

    /// <summary>Nothing: its connection ends with it, and with all others at once.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override ValueTask ReceiveInternalAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    )
    {
        if (headersBuffer is { } headers && HasStatus(headers, out var isNoResponders))
        {
            if (isNoResponders)
            {
                arrive(subscription, subject, null, replyTo);
            }
        }
        else
        {
            arrive(subscription, subject, payloadBuffer, replyTo);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void TryComplete()
    {
        // Nobody waits for its end.
    }

    private static bool HasStatus(in ReadOnlySequence<byte> headers, out bool isNoResponders)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        isNoResponders = false;
        if (headers.Length < StatusOffset + StatusBytes)
        {
            return false;
        }

        headers.Slice(StatusOffset, StatusBytes).CopyTo(status);
        isNoResponders = status.SequenceEqual(" 503"u8);
        return status[0] == (byte)' ' && char.IsAsciiDigit((char)status[1]);
    }
}

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
