namespace Edge.Bus.Lan.Lives;

/// <summary>Whether one peer lives, by what is heard of it.</summary>
/// <remarks>
/// <code>
///  any state --- connected: Heard, or Restarted if another life ------------------> Connected
///  Connected --- closed without a word: Closed; silent for a moment: Silent (*) --> Suspected
///  Suspected --- heard -----------------------------------------------------------> Connected
///  Connected, Suspected --- left; silent for long --------------------------------> Gone
///  (*) of a peer that has promised signs
/// </code>
/// Sans-IO. Clock: any origin; it should stand still while this process does, or its peers seem silent.
/// Each input says whether there is a change to tell.
/// </remarks>
/// <param name="suspectAfter">How long a peer that has promised signs may be silent.</param>
/// <param name="silenceMax">How long one may be that is not connected.</param>
internal sealed class PeerPulse(TimeSpan suspectAfter, TimeSpan silenceMax)
{
    /// <summary>How many signs in a row are missing from who is silent. Chosen: one may be late by a round trip of TCP's repair,
    /// which the next one starts.</summary>
    private const int MissedSigns = 4;

    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private TimeSpan _heardAt;
    private TimeSpan _suspectAfter = Never;
    private bool _isConnected;

    /// <summary>What is known.</summary>
    internal LanPeerState State { get; private set; }

    /// <summary>What it is known by.</summary>
    internal LanPeerCause Cause { get; private set; }

    /// <summary>The life that was heard last; 0 when it does not say.</summary>
    internal long Life { get; private set; }

    /// <summary>Whether time alone changes something now.</summary>
    internal bool IsDue(TimeSpan now) => now >= FindDeadline();

    /// <summary>A connection begins.</summary>
    /// <param name="life">Which life of the peer has made it.</param>
    /// <param name="signEvery">How often something comes of it; zero: it has promised nothing.</param>
    /// <param name="now">Now.</param>
    internal bool HandleConnected(long life, TimeSpan signEvery, TimeSpan now)
    {
        var isOther = Life != 0 && life != 0 && life != Life;
        Life = life;
        _isConnected = true;
        _heardAt = now;
        _suspectAfter =
            signEvery == TimeSpan.Zero ? Never
            : signEvery * MissedSigns > suspectAfter ? signEvery * MissedSigns
            : suspectAfter;
        if (State == LanPeerState.Connected && !isOther)
        {
            return false;
        }

        return Change(
            LanPeerState.Connected,
            isOther ? LanPeerCause.Restarted : LanPeerCause.Heard
        );
    }

    /// <summary>Something was heard over the connection.</summary>
    internal bool HandleHeard(TimeSpan now)
    {
        if (!_isConnected)
        {
            return false;
        }

        _heardAt = now;
        return State == LanPeerState.Suspected
            && Change(LanPeerState.Connected, LanPeerCause.Heard);
    }

    /// <summary>Something has come that this process has not read yet: the silence is its own.</summary>
    internal void HandleUnread(TimeSpan now) => _heardAt = now;

    /// <summary>The connection has ended.</summary>
    internal bool HandleEnded(LanEnd end)
    {
        if (!_isConnected)
        {
            return false;
        }

        _isConnected = false;
        if (end == LanEnd.Left)
        {
            return Change(LanPeerState.Gone, LanPeerCause.Left);
        }

        if (end == LanEnd.Silent)
        {
            return Change(LanPeerState.Gone, LanPeerCause.Silent);
        }

        // Else this side has ended it, or the other has said that it lives: it comes again, or is silent from now on.
        return end is LanEnd.Closed or LanEnd.Lost
            && Change(LanPeerState.Suspected, LanPeerCause.Closed);
    }

    /// <summary>Time has passed.</summary>
    internal bool HandleTimeout(TimeSpan now)
    {
        if (!IsDue(now))
        {
            return false;
        }

        return State == LanPeerState.Connected && _suspectAfter != Never
            ? Change(LanPeerState.Suspected, LanPeerCause.Silent)
            : Change(
                LanPeerState.Gone,
                State == LanPeerState.Suspected ? Cause : LanPeerCause.Silent
            );
    }

    private TimeSpan FindDeadline()
    {
        if (State == LanPeerState.Connected && _suspectAfter != Never)
        {
            return _heardAt + _suspectAfter;
        }

        // While it is connected, the connection itself ends in time.
        var isOpen = State is LanPeerState.Connected or LanPeerState.Suspected;
        return isOpen && !_isConnected ? _heardAt + silenceMax : Never;
    }

    private bool Change(LanPeerState state, LanPeerCause cause)
    {
        State = state;
        Cause = cause;
        return true;
    }
}
