using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <content>Numbers that may be used only once others know of it (<see cref="SrtpSession.LimitIndices"/>), and that
/// may have been used by a process that ended.</content>
public sealed partial class DtlsRecordLayer
{
    /// <summary>Whether a record was refused because its number was not granted, and nothing was granted since.</summary>
    public bool HasLapsed { get; private set; }

    /// <summary>Whether the mark of a grant was passed since <see cref="HandleAsked"/>.</summary>
    public bool IsWanting { get; private set; }

    /// <summary>How far numbers are used, and may be.</summary>
    public IndexUse Numbers => new(new(IndexSpace.Record, default, _limit.Last), SentNumber);

    /// <summary>The highest number of a record that was received.</summary>
    public long ReceivedNumber => _replays.Highest;

    private long SentNumber => unchecked((long)(_number & SequenceMask)); // 48 bits.

    /// <summary>From now on no record is written under a number that was not granted. What is granted already stays so.</summary>
    public void LimitNumbers()
    {
        if (!_limit.IsLimited)
        {
            _limit.Begin(SentNumber);
        }
    }

    /// <summary>Every number may be used again.</summary>
    public void LiftLimits()
    {
        HasLapsed = false;
        IsWanting = false;
        _limit.Lift();
    }

    /// <summary>Lets numbers be used.</summary>
    /// <param name="last">The last one, without its epoch.</param>
    /// <param name="askAfter">The one above which more is wanted.</param>
    public void Grant(long last, long askAfter)
    {
        HasLapsed = false;
        _limit.Grant(last, askAfter);
    }

    /// <summary>Counts every number up to one as used, and its nonce: the former owner may have sent it. Never goes back.</summary>
    public void Advance(long last)
    {
        var passed = (ulong)Math.Max(0, Math.Min(last, (long)SequenceMask) - SentNumber);
        _number += passed;
        _nonce = unchecked(_nonce + passed);
    }

    /// <summary>Counts every number of the peer up to one as received.</summary>
    public void AdvanceReceived(long last) => _replays.Advance(Math.Min(last, (long)SequenceMask));

    /// <summary>Notes that more was asked for.</summary>
    public void HandleAsked() => IsWanting = false;

    private bool TryCross(long number)
    {
        IsWanting |= _limit.IsLimited;
        if (_limit.TryCross(number))
        {
            return true;
        }

        HasLapsed |= _limit.IsLimited;
        return false;
    }
}
