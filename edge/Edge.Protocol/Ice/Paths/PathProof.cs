using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Paths;

/// <summary>What is known of a validated address to which the peer wants to be sent, until it is shown that the peer is
/// there.</summary>
/// <remarks>
/// A check can be recorded and sent again from any address; only who receives what goes to the address can answer a request
/// of ours there. Bounded: a check earns <see cref="RequestsPerCheck"/> requests, none longer than itself. With its answer
/// (rule R7) that is at most three times what came from there, the bound of RFC 9000 §8.1.
/// </remarks>
internal sealed class PathProof
{
    /// <summary>Requests that a check earns: one at once and one repetition.</summary>
    private const int RequestsPerCheck = 2;

    private int _requestsLeft;
    private Instant _askedAt = Instant.Never;

    /// <summary>The transaction whose answer proves the address.</summary>
    public StunTransactionId TransactionId { get; private set; }

    /// <summary>The credentials of the check that asked; null while none did.</summary>
    public IceGeneration? Generation { get; private set; }

    /// <summary>Whether a check nominated the address.</summary>
    public bool IsNominated { get; private set; }

    /// <summary>Longest request that may be sent: as long as the last check from there.</summary>
    public int RequestBytesMax { get; private set; }

    /// <summary>When the next request is due.</summary>
    public Instant RequestAt { get; private set; } = Instant.Never;

    /// <summary>Whether a check asked for the address, and not too long ago to be meant still.</summary>
    public bool IsOpen(TimeSpan life, Instant now) => _askedAt.IsSet && now - _askedAt < life;

    /// <summary>Whether it was asked for after another one.</summary>
    public bool IsNewerThan(PathProof other) => _askedAt.IsSet && _askedAt > other._askedAt;

    /// <summary>Notes a check from the address.</summary>
    public void Earn(int checkBytes)
    {
        RequestBytesMax = checkBytes;
        _requestsLeft = RequestsPerCheck;
    }

    /// <summary>Begins anew, under a transaction that nobody has seen.</summary>
    public void Begin(StunTransactionId transactionId, IceGeneration generation)
    {
        TransactionId = transactionId;
        Generation = generation;
        IsNominated = false;
    }

    /// <summary>Notes that the peer wants to be sent to the address.</summary>
    public void Want(bool isNominated, Instant now)
    {
        IsNominated |= isNominated;
        _askedAt = now;
    }

    /// <summary>Makes a request due, if one may be sent.</summary>
    public void RequestNow(Instant now)
    {
        var canAsk = _requestsLeft > 0 && Generation is { HasRemote: true };
        RequestAt = canAsk ? now : Instant.Never;
    }

    /// <summary>Takes a request that is sent now.</summary>
    public void TakeRequest(TimeSpan repeatAfter, Instant now)
    {
        _requestsLeft--;
        RequestAt = _requestsLeft > 0 ? now + repeatAfter : Instant.Never;
    }

    /// <summary>Ends it: the address is proved, or not wanted any more.</summary>
    public void End()
    {
        _askedAt = Instant.Never;
        RequestAt = Instant.Never;
        Generation = null;
        TransactionId = default;
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        hash.Add(_requestsLeft);
        hash.Add(_askedAt);
        hash.Add(TransactionId);
        hash.Add(Generation);
        hash.Add(IsNominated);
        hash.Add(RequestBytesMax);
        hash.Add(RequestAt);
    }
}
