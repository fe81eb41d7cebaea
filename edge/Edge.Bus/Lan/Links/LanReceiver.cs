using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using Edge.Bus.Lan.Records;

namespace Edge.Bus.Lan.Links;

/// <summary>The reading half of a connection: bytes in, frames to the hub. Threads: one owner.</summary>
internal sealed class LanReceiver(
    LanConnection connection,
    Socket socket,
    RecordOpener opener,
    LanHub hub
)
{
    /// <summary>What is read at once. Chosen: the largest record that has more than one frame.</summary>
    private const int BufferBytes = LanSender.RecordBytesMax;

    private readonly TimeSpan _lookEvery =
        hub.Options.SilenceMax / 8 < hub.Options.HeartbeatInterval
            ? hub.Options.SilenceMax / 8
            : hub.Options.HeartbeatInterval;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _filled;
    private TimeSpan _silence;
    private long _lookedAt = Stopwatch.GetTimestamp();

    /// <summary>Reads until the connection ends.</summary>
    /// <returns>Why it does.</returns>
    internal LanEnd Run()
    {
        socket.ReceiveTimeout = Math.Max(1, (int)_lookEvery.TotalMilliseconds);
        try
        {
            var end = LanEnd.None;
            while (end == LanEnd.None)
            {
                end = connection.End;
                if (end == LanEnd.None)
                {
                    end = Receive();
                }

                if (end == LanEnd.None)
                {
                    end = HandleRecords();
                }

                if (end == LanEnd.None && IsSilent())
                {
                    end = LanEnd.Silent;
                }
            }

            return end;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private LanEnd Receive()
    {
        var count = socket.Receive(_buffer.AsSpan(_filled), SocketFlags.None, out var error);
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return LanEnd.None;
        }

        if (error != SocketError.Success)
        {
            return LanEnd.Lost;
        }

        _filled += count;
        return count == 0 ? LanEnd.Closed : LanEnd.None;
    }

    private LanEnd HandleRecords()
    {
        while (true)
        {
            if (!RecordOpener.TryReadLength(_buffer.AsSpan(_start.._filled), out var recordBytes))
            {
                return LanEnd.Garbled;
            }

            if (_filled - _start < recordBytes)
            {
                MakeRoom(recordBytes);
                return LanEnd.None;
            }

            if (!opener.TryOpen(_buffer.AsSpan(_start, recordBytes), out var frames))
            {
                return LanEnd.Garbled;
            }

            _silence = TimeSpan.Zero;
            connection.HandleRecord();
            var end = HandleFrames(frames);
            if (end != LanEnd.None)
            {
                return end;
            }

            _start += recordBytes;
        }
    }

    private LanEnd HandleFrames(ReadOnlySpan<byte> frames)
    {
        hub.Hold();
        var reader = new FrameReader(frames);
        var end = LanEnd.None;
        while (end == LanEnd.None && reader.TryRead(out var kind, out var body))
        {
            end = hub.HandleFrame(connection, kind, body);
        }

        hub.Release();
        return end == LanEnd.None && reader.IsBroken ? LanEnd.Garbled : end;
    }

    /// <summary>Makes room for the rest of the record that has begun, and for as much as is read at once.</summary>
    private void MakeRoom(int recordBytes)
    {
        var rest = _buffer.AsSpan(_start.._filled);
        var isFitting =
            _buffer.Length >= recordBytes
            && _buffer.Length <= 2 * Math.Max(recordBytes, BufferBytes);
        if (isFitting)
        {
            // Moved only when needed: as a rule nothing is left, and this costs nothing.
            if (_start > 0 && (rest.IsEmpty || _buffer.Length - _filled < BufferBytes / 2))
            {
                rest.CopyTo(_buffer);
                _filled -= _start;
                _start = 0;
            }

            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(recordBytes, BufferBytes));
        rest.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _filled -= _start;
        _start = 0;
    }

    /// <summary>Whether nothing authentic has come for too long.</summary>
    /// <remarks>A pause of this process counts as no more than one look, so that it does not take its peers for dead
    /// when it wakes: what they sent meanwhile is read first.</remarks>
    private bool IsSilent()
    {
        var now = Stopwatch.GetTimestamp();
        var passed = Stopwatch.GetElapsedTime(_lookedAt, now);
        _lookedAt = now;
        _silence += passed < _lookEvery ? passed : _lookEvery;
        return _silence > hub.Options.SilenceMax;
    }
}
