using Edge.Primitives;

namespace Edge.Protocol.Srtp;

/// <summary>The replay windows of all SSRCs of one direction.</summary>
/// <remarks>
/// No SSRC is ever forgotten, because a packet of it could then be replayed, or an index used twice. But
/// only so many windows keep their bits: when another one is needed, one of them is closed and keeps its
/// highest index only. So tracks may come and go for days. Threads: one owner.
/// </remarks>
/// <param name="sourcesMax">Most SSRCs ever; further ones are refused.</param>
/// <param name="openMax">Most windows with bits, about 300 bytes each, until more are expected.</param>
internal sealed partial class ReplayWindows(int sourcesMax, int openMax)
{
    private readonly SsrcTable<ReplayWindow> _bySsrc = new(sourcesMax);
    private ReplayWindow?[] _open = new ReplayWindow?[4];
    private int _openMax = openMax;
    private int _openCount;
    private int _nextToClose;

    /// <summary>Whether no further SSRC is taken.</summary>
    public bool IsFull => _bySsrc.IsFull;

    /// <summary>The window of an SSRC; null when none is known.</summary>
    [HotPath]
    public ReplayWindow? Find(uint ssrc) => _bySsrc.Find(ssrc);

    /// <summary>All of them, in the order of their SSRCs.</summary>
    public (uint Ssrc, ReplayWindow Window)[] ToSorted() => _bySsrc.ToSorted();

    /// <summary>Makes the window of an SSRC that is not known yet, while not full.</summary>
    public ReplayWindow Add(uint ssrc)
    {
        var window = new ReplayWindow();
        _bySsrc.Add(ssrc, window);
        return window;
    }

    /// <summary>Marks a fresh index of an SSRC as used, with a window made for it where there is none.</summary>
    [HotPath]
    public void Accept(uint ssrc, ReplayWindow? window, long index)
    {
        window ??= Add(ssrc);
        if (!window.IsOpen)
        {
            MakeRoom(window);
        }

        window.Accept(index);
    }

    /// <summary>Counts every index of an SSRC up to one as used; false when there is one too many.</summary>
    public bool Advance(uint ssrc, long last)
    {
        var window = Find(ssrc);
        if (window is null && IsFull)
        {
            return false;
        }

        window ??= Add(ssrc);
        Leave(window);
        window.Advance(last);
        return true;
    }

    /// <summary>Lets so many windows keep their bits, if that is more than before.</summary>
    public void Expect(int open) => _openMax = Math.Max(_openMax, open);

    /// <summary>Lets a window be open, in the place of another one if there are too many.</summary>
    private void MakeRoom(ReplayWindow window)
    {
        if (_openCount < _openMax)
        {
            if (_openCount == _open.Length)
            {
                Array.Resize(ref _open, Math.Min(_openMax, 2 * _openCount));
            }

            _open[_openCount++] = window;
            return;
        }

        _open[_nextToClose]!.Close();
        _open[_nextToClose] = window;
        _nextToClose = (_nextToClose + 1) % _openMax;
    }

    /// <summary>A window is not among those that are open any more; the others close in the order they had.</summary>
    private void Leave(ReplayWindow window)
    {
        var place = Array.IndexOf(_open, window, 0, _openCount);
        if (place < 0)
        {
            return;
        }

        _openCount--;
        Array.Copy(_open, place + 1, _open, place, _openCount - place);
        _open[_openCount] = null;
        _nextToClose -= place < _nextToClose ? 1 : 0;
    }
}
