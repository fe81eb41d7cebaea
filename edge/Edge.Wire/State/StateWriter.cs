using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.State;

/// <summary>Writes what a core knows, so that another process, of a version before or after, can go on with it
/// (<see cref="StateReader"/>).</summary>
/// <remarks>
/// Shape: MessagePack; a group is an array. A newer version appends values to groups and never takes one away or gives it
/// another meaning: readers skip what they do not know, and have 0, false or nothing for what is not there. Times are written
/// as distances from <see cref="Now"/>, because each process has a clock of its own.
/// Bound: bytes; beyond them nothing is written any more and <see cref="IsTooLong"/> holds. Errors: none but that.
/// Owner: the buffer, which may hold keys and is cleared when it is disposed of. Threads: one.
/// </remarks>
/// <param name="now">The moment from which times are told.</param>
/// <param name="bytesMax">Most bytes.</param>
public sealed class StateWriter(Instant now, int bytesMax) : IDisposable
{
    private const int HeaderBytes = 5;
    private const byte Array32 = 0xDD;
    private const int FirstBytes = 4096;

    private byte[] _buffer = new byte[Math.Min(FirstBytes, bytesMax)];
    private int _length;
    private StateGroup _group;

    /// <summary>The moment from which times are told.</summary>
    public Instant Now { get; } = now;

    /// <summary>Whether there was more than fits.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>What is written so far; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, IsTooLong ? 0 : _length);

    /// <summary>Begins a group within the one that is open.</summary>
    /// <returns>What to end it with.</returns>
    public StateGroup Begin()
    {
        var outer = _group with { Values = _group.Values + 1 };
        if (TryMakeRoom(HeaderBytes))
        {
            _group = new(_length, 0);
            _length += HeaderBytes;
        }

        return outer;
    }

    /// <summary>Ends the group that was begun last.</summary>
    public void End(StateGroup outer)
    {
        if (!IsTooLong)
        {
            var header = _buffer.AsSpan(_group.Start, HeaderBytes);
            header[0] = Array32;
            BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)_group.Values);
        }

        _group = outer;
    }

    /// <summary>Writes that a value is not there.</summary>
    public void Nothing()
    {
        if (TryMakeRoom(1))
        {
            var writer = Open();
            writer.WriteNil();
            Take(writer.Length);
        }
    }

    /// <summary>Writes true or false.</summary>
    public void Bool(bool value)
    {
        if (TryMakeRoom(1))
        {
            var writer = Open();
            writer.WriteBool(value);
            Take(writer.Length);
        }
    }

    /// <summary>Writes a number that is not negative.</summary>
    public void UInt(ulong value)
    {
        if (TryMakeRoom(1 + sizeof(ulong)))
        {
            var writer = Open();
            writer.WriteUInt(value);
            Take(writer.Length);
        }
    }

    /// <summary>Writes a whole number.</summary>
    public void Int(long value)
    {
        if (TryMakeRoom(1 + sizeof(long)))
        {
            var writer = Open();
            writer.WriteInt(value);
            Take(writer.Length);
        }
    }

    /// <summary>Writes a number with a fraction, every bit of it.</summary>
    public void Number(double value) => UInt(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes a duration in ticks of 100 ns.</summary>
    public void Duration(TimeSpan value) => Int(value.Ticks);

    /// <summary>Writes a moment as its distance from now, and one that is not set as nothing.</summary>
    public void Moment(Instant value)
    {
        if (value.IsSet)
        {
            Duration(value - Now);
        }
        else
        {
            Nothing();
        }
    }

    /// <summary>Writes bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        if (TryMakeRoom(HeaderBytes + (long)value.Length))
        {
            var writer = Open();
            writer.WriteBinary(value);
            Take(writer.Length);
        }
    }

    /// <summary>Writes text.</summary>
    public void Text(string value)
    {
        // Of UTF-16 each unit has three bytes of UTF-8 at most.
        if (TryMakeRoom(HeaderBytes + (3 * (long)value.Length)))
        {
            var writer = Open();
            writer.WriteText(value.AsSpan());
            Take(writer.Length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);

    private MessagePackWriter Open() => new(_buffer.AsSpan(_length));

    private void Take(int length)
    {
        _length += length;
        _group = _group with { Values = _group.Values + 1 };
    }

    private bool TryMakeRoom(long more)
    {
        var needed = _length + more;
        IsTooLong |= needed > bytesMax;
        if (IsTooLong)
        {
            return false;
        }

        if (needed > _buffer.Length)
        {
            var larger = new byte[(int)Math.Min(bytesMax, Math.Max(needed, 2L * _buffer.Length))];
            _buffer.AsSpan(0, _length).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }

        return true;
    }
}
