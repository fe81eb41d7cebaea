using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>The writing half of a connection: takes what waits, makes one record of it, sends it at once.
/// Threads: one owner.</summary>
internal sealed class LanSender(
    LanConnection connection,
    Socket socket,
    RecordSealer sealer,
    LanBusOptions options
)
{
    /// <summary>Longest record with more than one frame. Chosen: the cost of sealing and of the system call is
    /// spread over some fifty packets, and what waits behind it waits for 50 us at 10 Gbit/s.</summary>
    internal const int RecordBytesMax = 64 * 1024;

    /// <summary>How often a blocked write looks whether the connection has ended. Chosen: ending it wakes the write as
    /// well; this is for what might be missed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static readonly int PingFrameBytes = FrameFormat.Bytes(FrameFormat.PingBytes);

    private static readonly int FramesBytesMax =
        RecordBytesMax - RecordFormat.OverheadBytes - PingFrameBytes;

    private readonly List<SharedFrame> _taken = [];
    private long _pingAt = Stopwatch.GetTimestamp();

    /// <summary>Writes until the connection ends.</summary>
    /// <returns>Why it does; <see cref="LanEnd.Stopped"/> when all is sent that will be.</returns>
    internal LanEnd Run()
    {
        socket.SendTimeout = (int)LookEvery.TotalMilliseconds;
        var buffer = ArrayPool<byte>.Shared.Rent(RecordBytesMax);
        try
        {
            var end = LanEnd.None;
            while (end == LanEnd.None)
            {
                // Waits are cut to milliseconds; without the one more this would spin through the last.
                var wait =
                    Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _pingAt)
                    + TimeSpan.FromMilliseconds(1);
                if (!connection.Queue.TryTake(_taken, FramesBytesMax, wait))
                {
                    return LanEnd.Stopped;
                }

                end = WriteTaken(ref buffer);
            }

            return end;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private LanEnd WriteTaken(ref byte[] buffer)
    {
        var isPing = Stopwatch.GetTimestamp() >= _pingAt;
        if (_taken.Count == 0 && !isPing)
        {
            return LanEnd.None;
        }

        var recordBytes = RecordFormat.OverheadBytes + (isPing ? PingFrameBytes : 0);
        foreach (var frame in _taken)
        {
            recordBytes += frame.Length;
        }

        if (recordBytes <= buffer.Length)
        {
            return Write(buffer.AsSpan(0, recordBytes), isPing);
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
                ? sealer.TrySeal(_taken[0].Bytes, record)
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

        return sealer.TrySeal(record);
    }

    private int WritePing(Span<byte> destination)
    {
        var now = Stopwatch.GetTimestamp();
        _pingAt = now + (long)(options.HeartbeatInterval.TotalSeconds * Stopwatch.Frequency);
        Span<byte> body = stackalloc byte[FrameFormat.PingBytes];
        BinaryPrimitives.WriteInt64BigEndian(body, now);
        FrameFormat.Write(destination, FrameKind.Ping, body);
        return PingFrameBytes;
    }

    private LanEnd Send(ReadOnlySpan<byte> record)
    {
        while (!record.IsEmpty)
        {
            var count = socket.Send(record, SocketFlags.None, out var error);
            if (
                error is not (SocketError.Success or SocketError.TimedOut or SocketError.WouldBlock)
            )
            {
                return LanEnd.Lost;
            }

            if (connection.End != LanEnd.None)
            {
                return connection.End;
            }

            // What was taken before the time was over counts.
            record = record[count..];
        }

        return LanEnd.None;
    }
}
