using Edge.Wire.State;

namespace Edge.Protocol.Srtp;

/// <content>How they go on in another process.</content>
internal sealed partial class ReplayWindows
{
    /// <summary>Writes all windows: those that are open in the order in which they close, then the others.</summary>
    public void Write(StateWriter writer)
    {
        var all = _bySsrc.ToSorted();
        var ssrcs = new Dictionary<ReplayWindow, uint>(all.Length);
        foreach (var (ssrc, window) in all)
        {
            ssrcs.Add(window, ssrc);
        }

        var outer = writer.Begin();
        writer.UInt((ulong)_nextToClose);
        var open = writer.Begin();
        foreach (var window in _open.AsSpan(0, _openCount))
        {
            Write(writer, ssrcs[window!], window!);
        }

        writer.End(open);
        var closed = writer.Begin();
        foreach (var (ssrc, window) in all)
        {
            if (!window.IsOpen)
            {
                Write(writer, ssrc, window);
            }
        }

        writer.End(closed);
        writer.End(outer);
    }

    /// <summary>Goes on from what was written; nothing may be known yet.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        _nextToClose = reader.Int32(sourcesMax);
        ReadList(ref reader);
        ReadList(ref reader);
        reader.End(outer);
        // Each of a version with more of them is kept open.
        _openMax = Math.Max(_openMax, _openCount);
        if (_nextToClose >= _openCount)
        {
            _nextToClose = 0;
        }
    }

    private static void Write(StateWriter writer, uint ssrc, ReplayWindow window)
    {
        var outer = writer.Begin();
        writer.UInt(ssrc);
        window.Write(writer);
        writer.End(outer);
    }

    private void ReadList(ref StateReader reader)
    {
        var outer = reader.Begin(sourcesMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.BeginWhole(valuesMin: 2);
            var ssrc = reader.UInt32();
            var window = new ReplayWindow();
            window.Read(ref reader);
            reader.End(item);
            Take(ref reader, ssrc, window);
        }

        reader.End(outer);
    }

    private void Take(ref StateReader reader, uint ssrc, ReplayWindow window)
    {
        if (_bySsrc.IsFull || _bySsrc.Find(ssrc) is not null)
        {
            reader.Break();
            return;
        }

        _bySsrc.Add(ssrc, window);
        if (!window.IsOpen)
        {
            return;
        }

        if (_openCount == _open.Length)
        {
            Array.Resize(ref _open, 2 * _openCount);
        }

        _open[_openCount++] = window;
    }
}
