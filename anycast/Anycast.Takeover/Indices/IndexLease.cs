using System.Diagnostics;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Indices;

/// <summary>The indices of one stream that this node may send: what a packet's index is taken from.</summary>
/// <remarks>
/// Threads: one owner, the one that drives the <see cref="TakeoverNode"/>. It is open from the moment the node owns the session until the
/// node drops it, whatever becomes of the network meanwhile: what is reserved may be sent. Where another thread sends, the owner
/// brings it what may be used (<see cref="Granted"/>), and here how far it came (<see cref="HandleUsed"/>), both as late as
/// it likes.
/// </remarks>
public sealed class IndexLease
{
    private readonly StreamLimits _limits;
    private readonly ISafetyRules _rules;
    private readonly LeaseBook _book;
    private long _next;
    private long _stop;
    private long _limit;
    private bool _isClosed;
    private bool _isLate;

    internal IndexLease(StreamId stream, StreamLimits limits, LeaseBook book, ISafetyRules rules)
    {
        Stream = stream;
        _limits = limits;
        _book = book;
        _rules = rules;
    }

    /// <summary>Whose indices.</summary>
    public StreamId Stream { get; }

    /// <summary>The index that is taken next.</summary>
    public long Next => _next;

    /// <summary>Whether the session is not this node's any more: nothing is taken, ever.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Whether the last try found nothing: what is reserved has been sent, or the receiver has been silent for
    /// so long that it would guess wrong.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>The last index that may be used now; below any where none may. For who takes indices on another thread: what it was
    /// told once it may use for ever.</summary>
    public long Granted => _isClosed ? long.MinValue : HardStop - 1;

    /// <summary>The highest index that the receiver is known to have.</summary>
    internal long Floor { get; private set; }

    /// <summary>The highest index that may be sent.</summary>
    internal long Limit => _limit;

    /// <summary>Whether more should be reserved.</summary>
    internal bool IsWanting { get; private set; }

    /// <summary>Takes the next index; false when there is none now.</summary>
    [HotPath]
    public bool TryTake(out long index)
    {
        index = _next;
        if (index < _stop)
        {
            _next = index + 1;
            return true;
        }

        return TryTakeLate(out index);
    }

    /// <summary>Another thread has used indices of what was granted, up to this one.</summary>
    public void HandleUsed(long index)
    {
        if (_isClosed || index < _next)
        {
            return;
        }

        _next = index + 1;
        if (_next >= _stop)
        {
            IsStalled = _next >= HardStop;
            _isLate = true;
            Want();
        }
    }

    /// <summary>Another thread cannot go on: what it would use next is beyond what was granted, though numbers before may be left out.</summary>
    public void HandleLapsed()
    {
        if (!_isClosed)
        {
            IsStalled = true;
            _isLate = true;
            Want();
        }
    }

    /// <summary>Begins at an index, of which none may be sent yet.</summary>
    internal void Begin(long first, long floor)
    {
        _next = first;
        _limit = first - 1;
        Floor = floor;
        _stop = first;
        Want();
    }

    /// <summary>A majority stores this bound.</summary>
    internal void Raise(long bound)
    {
        if (_isClosed || bound <= _limit)
        {
            return;
        }

        _limit = bound;
        IsStalled = false;
        _isLate = false;
        // At half of it more is asked for, so that it is there in time.
        _stop = _next + ((Math.Max(HardStop, _next) - _next) / 2);
    }

    /// <summary>The receiver is known to have an index.</summary>
    internal void Received(long index)
    {
        // What it cannot have is a lie, which would only hurt who tells it; nor is it believed.
        var known = Math.Min(index, _next - 1);
        if (known > Floor)
        {
            Floor = known;
            if (_isLate)
            {
                Want();
            }
        }
    }

    /// <summary>The bound that should be reserved now; what is reserved already when there is no more.</summary>
    internal long Target()
    {
        var sent = _next - 1;
        var last = SendMax;
        // Half of the room that the receiver's guess leaves: who takes over begins above all of it, and so may the
        // next one, and the next, before the receiver has got a packet of any of them.
        var half = _limits.Reach == 0 ? last : sent + ((Math.Max(last - sent, 0) + 1) / 2);
        return Math.Min(Math.Min(half, sent + _limits.AheadMax), last);
    }

    /// <summary>Noted as asked for.</summary>
    internal void Asked() => IsWanting = false;

    /// <summary>Nothing is taken from now on.</summary>
    internal void Close()
    {
        _isClosed = true;
        _stop = long.MinValue;
        _limit = long.MinValue;
    }

    private long SendMax =>
        _limits.Reach == 0
            ? _limits.IndexMax
            : Math.Min(_rules.SendMax(Floor, _next - 1, _limits.Reach), _limits.IndexMax);

    /// <summary>Exclusive.</summary>
    private long HardStop => Math.Min(_limit, SendMax) + 1;

    private bool TryTakeLate(out long index)
    {
        index = _next;
        if (_isClosed)
        {
            return false;
        }

        Want();
        _isLate = true;
        _stop = HardStop;
        if (_next >= _stop)
        {
            IsStalled = true;
            return false;
        }

        IsStalled = false;
        _next++;
        return true;
    }

    private void Want()
    {
        IsWanting = true;
        _book.Want();
        Debug.Assert(!_isClosed, "What is closed wants nothing.");
    }
}
