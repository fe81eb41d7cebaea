namespace Edge.Bus;

/// <summary>Carries messages by subject between processes, at most once each.</summary>
/// <remarks>
/// Subjects are tokens joined by dots (<see cref="BusSubject"/>); a pattern may have <c>*</c> for one
/// token and end with <c>&gt;</c> for one or more. Messages of one publisher arrive at one subscription in
/// the order in which they were published; some may be missing after trouble, none comes twice. Nothing is
/// kept for a reconnect: what was subscribed is subscribed again by itself, what was published meanwhile
/// is lost and counted. A bus hears its own messages too, if it has subscribed them; each subscription
/// that matches gets a message once. Publishing never waits for the network, nor for handlers. Handlers that
/// do not keep up lose the oldest messages beyond the bound of their bus. A subject or pattern that is not
/// well-formed is a mistake of the caller (ArgumentException). DisposeAsync sends what waits,
/// unless that takes longer than a second or so; once it has returned, nothing is published, heard or called
/// any more. Threads: any. Source: the contract is tests/Edge.Bus.Tests/Contract.
/// </remarks>
public interface IBus : IAsyncDisposable
{
    /// <summary>Whether there is a connection now. It may be lost before the next statement.</summary>
    bool IsConnected { get; }

    /// <summary>Bytes that a message may have.</summary>
    int PayloadBytesMax { get; }

    /// <summary>What was published, delivered and lost since the start.</summary>
    BusStats Stats { get; }

    /// <summary>Has a message sent to everybody who subscribed its subject.</summary>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="payload">The message; copied, so the caller may reuse it.</param>
    /// <param name="replyTo">Where an answer is expected, if any.</param>
    /// <returns>False when it was dropped: no connection, too much waiting to be sent, or too long. True
    /// promises nothing about its arrival.</returns>
    bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null);

    /// <summary>As <see cref="TryPublish"/>, but it may wait for <see cref="Flush"/>: of what is written before it, much is
    /// sent at once, and no thread of the bus is woken for it.</summary>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="payload">The message; copied, so the caller may reuse it.</param>
    /// <returns>As there.</returns>
    bool TryWrite(string subject, ReadOnlySpan<byte> payload);

    /// <summary>Sends what this thread has written, and whatever else waits, as far as the network takes it at once; the
    /// rest is the bus's thread's. Never waits for the network.</summary>
    void Flush();

    /// <summary>Takes messages of a subject from now on, across reconnects, until disposed.</summary>
    /// <param name="pattern">The subject, wildcards allowed.</param>
    /// <param name="handler">Called for one message at a time, on a thread of the bus: it must not wait. It is
    /// not called any more once Dispose has returned, unless it is what disposes.</param>
    /// <exception cref="ObjectDisposedException">The bus has ended.</exception>
    IDisposable Subscribe(string pattern, BusHandler handler);

    /// <summary>As <see cref="Subscribe"/>, but called where a message is read, without waiting for other handlers: a thread
    /// less is woken for each. Several may call at once, the publisher's thread too; nothing is lost to handlers that do
    /// not keep up. For what only copies.</summary>
    /// <param name="pattern">The subject, wildcards allowed.</param>
    /// <param name="handler">It must be quick, and safe to be called by any thread. It is not called any more once
    /// Dispose has returned, unless it is what disposes.</param>
    /// <exception cref="ObjectDisposedException">The bus has ended.</exception>
    IDisposable SubscribeDirect(string pattern, BusHandler handler);

    /// <summary>Publishes a message and waits for the first answer.</summary>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="payload">The message.</param>
    /// <param name="within">How long to wait; more than nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    );

    /// <summary>A subject that nobody else uses, for answers of many to one message.</summary>
    string CreateInbox();

    /// <summary>Calls back at each change of <see cref="IsConnected"/>, until disposed. A call may come late, so
    /// look again. Called like handlers of messages, one at a time with them.</summary>
    /// <exception cref="ObjectDisposedException">The bus has ended.</exception>
    IDisposable WatchConnection(Action<bool> handler);
}
