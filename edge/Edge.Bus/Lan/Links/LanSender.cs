using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>The writing half of a connection: takes what waits, makes one record of it, sends it at once.</summary>
/// <remarks>A thread of its own sends what others leave to it, and waits while the peer does not read. Whoever
/// publishes many at once sends them itself, without waking that thread, as long as the network takes them.
/// Threads: one at a time sends, under a lock that nobody but the thread waits for.</remarks>
internal sealed class LanSender
{
    /// <summary>Longest record with more than one frame. Chosen: the cost of sealing and of the system call is
    /// spread over some fifty packets, and what waits behind it waits for 50 us at 10 Gbit/s.</summary>
    internal const int RecordBytesMax = 64 * 1024;

    /// <summary>What the kernel may hold. Chosen: a socket that is writable has a third of it free (Linux, tcp(7),
    /// twice what is asked), which is more than a record, so that who does not want to wait does not; and the way to a
    /// machine of the same PoP is full with it at 10 Gbit/s.</summary>
    private const int SendBufferBytes = 256 * 1024;

    /// <summary>How often a blocked write looks whether the connection has ended. Chosen: ending it wakes the write as
    /// well; this is for what might be missed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static readonly int PingFrameBytes = FrameFormat.Bytes(FrameFormat.PingBytes);

    private static readonly int FramesBytesMax =
        RecordBytesMax - RecordFormat.OverheadBytes - PingFrameBytes;

    private const int GoodbyeRecordBytes =
        RecordFormat.OverheadBytes + FrameFormat.HeaderBytes + FrameFormat.GoodbyeBytes;

    private readonly LanConnection _connection;
    private readonly Socket _socket;
    private readonly RecordSealer _sealer;
    private readonly LanBusOptions _options;
    private readonly Lock _sending = new();
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(RecordBytesMax);
    private readonly List<SharedFrame> _taken = [];
    private readonly long _signTicks;
    private long _pingAt = Stopwatch.GetTimestamp();
    private long _sentAt = Stopwatch.GetTimestamp();
    private bool _isMidRecord;
    private bool _hasEnded;

    /// <summary>Makes one of a connection that is about to begin.</summary>
    internal LanSender(
        LanConnection connection,
        Socket socket,
        RecordSealer sealer,
        LanBusOptions options
    )
    {
        _connection = connection;
        _socket = socket;
        _sealer = sealer;
        _options = options;
        _signTicks = connection.SignMs == 0 ? long.MaxValue : TicksOf(options.SignInterval);
        socket.SendTimeout = (int)LookEvery.TotalMilliseconds;
        socket.SendBufferSize = SendBufferBytes;
    }

    /// <summary>Writes what is left to it until the connection ends. Threads: its own.</summary>
    /// <returns>Why it does; <see cref="LanEnd.Stopped"/> when all is sent that will be.</returns>
    internal LanEnd Run()
    {
        while (true)
        {
            // Waits are cut to milliseconds; without the one more this would spin through the last.
            var wait =
                Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), FindNextAt())
                + TimeSpan.FromMilliseconds(1);
            _connection.Queue.Wait(wait);
            lock (_sending)
            {
                var end = WriteSome(mayWait: true);
                if (end != LanEnd.None)
                {
                    return end;
                }
            }
        }
    }

    /// <summary>Sends what waits, unless somebody does already, as far as the network takes it at once; the
    /// rest is left to the thread. Threads: any.</summary>
    /// <returns>Why the connection has to end; none when it goes on.</returns>
    internal LanEnd TrySend()
    {
        // Who sends looks again afterwards: what was added meanwhile is sent by one of both.
        while (!_connection.Queue.IsEmpty && _sending.TryEnter())
        {
            try
            {
                if (_hasEnded)
                {
                    return LanEnd.None;
                }

                if (!TryWriteSome(out var end))
                {
                    _connection.Queue.Wake();
                    return LanEnd.None;
                }

                if (end != LanEnd.None)
                {
                    // That all is sent is for the thread to say.
                    return end == LanEnd.Stopped ? LanEnd.None : end;
                }
            }
            catch (SocketException)
            {
                return LanEnd.Lost;
            }
            finally
            {
                _sending.Exit();
            }
        }

        return LanEnd.None;
    }

    /// <summary>Says why the connection is about to end, if that can be said at once: nobody sends, and the network takes it.
    /// Threads: any.</summary>
    internal void TrySayGoodbye(Farewell farewell)
    {
        if (!_sending.TryEnter())
        {
            return;
        }

        try
        {
            if (!_hasEnded && !_isMidRecord && _socket.Poll(0, SelectMode.SelectWrite))
            {
                Span<byte> record = stackalloc byte[GoodbyeRecordBytes];
                FrameFormat.Write(
                    record[RecordFormat.LengthBytes..],
                    FrameKind.Goodbye,
                    [(byte)farewell]
                );
                if (_sealer.TrySeal(record))
                {
                    _socket.Send(record, SocketFlags.None, out _);
                }
            }
        }
        catch (SocketException)
        {
            // It is broken: then there is nothing to be said.
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>Sends no more: what it sends with is about to go.</summary>
    internal void End()
    {
        lock (_sending)
        {
            _hasEnded = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    /// <summary>Writes one record of what waits; false when that would wait for the network.</summary>
    private bool TryWriteSome(out LanEnd end)
    {
        end = LanEnd.None;
        if (!_socket.Poll(0, SelectMode.SelectWrite))
        {
            return false;
        }

        end = WriteSome(mayWait: false);
        return end != LanEnd.None || _taken.Count > 0;
    }

    /// <summary>Writes one record of what waits; a long message only if it may wait for the network.</summary>
    private LanEnd WriteSome(bool mayWait) =>
        _connection.Queue.TryTake(_taken, FramesBytesMax, takesLonger: mayWait)
            ? WriteTaken()
            : LanEnd.Stopped;

    private LanEnd WriteTaken()
    {
        var now = Stopwatch.GetTimestamp();
        var isPing = now >= _pingAt;
        if (_taken.Count == 0 && !isPing && now - _sentAt < _signTicks)
        {
            return LanEnd.None;
        }

        Volatile.Write(ref _sentAt, now);

        var recordBytes = RecordFormat.OverheadBytes + (isPing ? PingFrameBytes : 0);
        foreach (var frame in _taken)
        {
            recordBytes += frame.Length;
        }

        if (recordBytes <= _buffer.Length)
        {
            return Write(_buffer.AsSpan(0, recordBytes), isPing);
        }

        // One long message: its room is given back at once, for most connections never have another.
        var large = ArrayPool<byte>.Shared.Rent(recordBytes);
        var end = Write(large.AsSpan(0, recordBytes), isPing);
        ArrayPool<byte>.Shared.Return(large);
        return end;
    }

    private LanEnd Write(Span<byte> record, bool isPing)
    {
        var isSealed =
            _taken.Count == 1 && !isPing
                ? _sealer.TrySeal(_taken[0].Bytes, record)
                : TrySealAll(record, isPing);
        foreach (var frame in _taken)
        {
            frame.Release();
        }

        return isSealed ? Send(record) : LanEnd.Exhausted;
    }

    private bool TrySealAll(Span<byte> record, bool isPing)
    {
        var offset = RecordFormat.LengthBytes;
        if (isPing)
        {
            offset += WritePing(record[offset..]);
        }

        foreach (var frame in _taken)
        {
            frame.Bytes.CopyTo(record[offset..]);
            offset += frame.Length;
        }

        return _sealer.TrySeal(record);
    }

    private int WritePing(Span<byte> destination)
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _pingAt, now + TicksOf(_options.HeartbeatInterval));
        Span<byte> body = stackalloc byte[FrameFormat.PingBytes];
        BinaryPrimitives.WriteInt64BigEndian(body, now);
        FrameFormat.Write(destination, FrameKind.Ping, body);
        return PingFrameBytes;
    }

    /// <summary>When something has to be sent if nothing is to be sent before.</summary>
    private long FindNextAt()
    {
        var pingAt = Volatile.Read(ref _pingAt);
        return _signTicks == long.MaxValue
            ? pingAt
            : Math.Min(pingAt, Volatile.Read(ref _sentAt) + _signTicks);
    }

    private static long TicksOf(TimeSpan duration) =>
        (long)(duration.TotalSeconds * Stopwatch.Frequency);

    private LanEnd Send(ReadOnlySpan<byte> record)
    {
        _isMidRecord = true;
        while (!record.IsEmpty)
        {
            var count = _socket.Send(record, SocketFlags.None, out var error);
            if (
                error is not (SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock)
            )
            {
                return LanEnd.Lost;
            }

            if (_connection.End != LanEnd.None)
            {
                return _connection.End;
            }

            // What was taken before the time was over counts.
            record = record[count..];
        }

        _isMidRecord = false;
        return LanEnd.None;
    }
}
