using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Edge.Bus;

/// <summary>The requests of a bus that wait for an answer, and the subjects on which answers come. All requests
/// share one subscription, so a request costs the other side nothing but its message. Threads: any.</summary>
internal sealed class PendingRequests
{
    /// <summary>The first token of subjects of answers, as in NATS.</summary>
    public const string InboxPrefixDefault = "_INBOX";

    // Chosen: ten seconds of a thousand requests a second without an answer.
    private const int CountMax = 10_000;

    // Nobody may guess where answers go: 128 bits.
    private const int TokenBytes = 16;

    private readonly ConcurrentDictionary<long, TaskCompletionSource<BusReply>> _byId = new();
    private readonly string _inboxPrefix;
    private readonly string _requestPrefix;
    private long _lastId;
    private long _lastInbox;

    /// <summary>Begins without any.</summary>
    /// <param name="inboxPrefix">Before the subjects of all answers.</param>
    /// <param name="token">One token that no other bus uses (<see cref="CreateToken"/>).</param>
    public PendingRequests(string inboxPrefix, string token)
    {
        _inboxPrefix = $"{inboxPrefix}.{token}.";
        _requestPrefix = _inboxPrefix + "r.";
        Pattern = _requestPrefix + BusSubject.AnyToken;
    }

    /// <summary>What to subscribe to hear the answers.</summary>
    public string Pattern { get; }

    /// <summary>A random token.</summary>
    public static string CreateToken() =>
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>A subject that nobody else uses, and no request.</summary>
    public string CreateInbox() =>
        _inboxPrefix + Interlocked.Increment(ref _lastInbox).ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds a request.</summary>
    /// <returns>False when too many wait.</returns>
    public bool TryAdd(out PendingRequest request)
    {
        var id = Interlocked.Increment(ref _lastId);
        request = new(id, _requestPrefix + id.ToString(CultureInfo.InvariantCulture));
        return _byId.Count < CountMax && _byId.TryAdd(id, request.Reply);
    }

    /// <summary>Takes an answer, if the subject is one of a request of this bus.</summary>
    /// <returns>False when it is not.</returns>
    public bool TryAnswer(string subject, BusReply reply)
    {
        if (!subject.StartsWith(_requestPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (
            long.TryParse(
                subject.AsSpan(_requestPrefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var id
            ) && _byId.TryRemove(id, out var waiting)
        )
        {
            waiting.TrySetResult(reply);
        }

        return true;
    }

    /// <summary>Whether a subject is one of a request of this bus.</summary>
    public bool IsAnswer(string subject) =>
        subject.StartsWith(_requestPrefix, StringComparison.Ordinal);

    /// <summary>Takes back a request that did not go out: that is its answer, whatever has ended it meanwhile.
    /// </summary>
    public BusReply Refuse(PendingRequest request, BusReplyStatus status)
    {
        _byId.TryRemove(request.Id, out _);
        return new(status, default);
    }

    /// <summary>Ends the wait of all.</summary>
    public void EndAll(BusReplyStatus status)
    {
        foreach (var id in _byId.Keys)
        {
            if (_byId.TryRemove(id, out var waiting))
            {
                waiting.TrySetResult(new(status, default));
            }
        }
    }

    /// <summary>Waits for the answer.</summary>
    public async ValueTask<BusReply> WaitAsync(
        PendingRequest request,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        Task reply = request.Reply.Task;
        await reply
            .WaitAsync(within, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _byId.TryRemove(request.Id, out _);
        if (request.Reply.Task.IsCompletedSuccessfully)
        {
            return await request.Reply.Task;
        }

        cancellation.ThrowIfCancellationRequested();
        return new(BusReplyStatus.TimedOut, default);
    }
}

/// <summary>A request that waits for its answer.</summary>
/// <param name="id">Its number.</param>
/// <param name="replyTo">Where the answer comes.</param>
internal sealed class PendingRequest(long id, string replyTo)
{
    /// <summary>Its number.</summary>
    public long Id { get; } = id;

    /// <summary>Where the answer comes.</summary>
    public string ReplyTo { get; } = replyTo;

    /// <summary>The answer, once it is there.</summary>
    public TaskCompletionSource<BusReply> Reply { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
