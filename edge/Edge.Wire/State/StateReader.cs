using System.Text;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.State;

/// <summary>Reads what a <see cref="StateWriter"/> of this version, of one before or of one after has written.</summary>
/// <remarks>
/// Errors: after a value that cannot be read <see cref="IsBroken"/> holds and everything reads as 0, false or nothing, so
/// that whoever reads looks once, at the end, and drops what it made. Owner: borrows the bytes.
/// </remarks>
/// <param name="bytes">What was written.</param>
/// <param name="now">The moment, by the reader's clock, that the writer's was; times are told from it.</param>
public ref struct StateReader(ReadOnlySpan<byte> bytes, Instant now)
{
    /// <summary>A hundred years: no clock runs beyond its end.</summary>
    private const long DistanceMax = 36_525 * TimeSpan.TicksPerDay;

    private MessagePackReader _reader = new(bytes);
    private int _left = 1;

    /// <summary>The moment from which times are told.</summary>
    public readonly Instant Now { get; } = now;

    /// <summary>Whether something could not be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether the open group has values that were not read.</summary>
    public readonly bool HasMore => _left > 0 && !IsBroken;

    /// <summary>Opens a group, which is empty when it is not there.</summary>
    /// <param name="valuesMax">Most values that it may have.</param>
    /// <param name="values">How many it has.</param>
    /// <returns>What to end it with.</returns>
    public StateGroup Begin(int valuesMax, out int values)
    {
        values = 0;
        var isThere = TryTake();
        var outer = new StateGroup(0, _left);
        IsBroken |= isThere && (!_reader.TryReadArrayHeader(out values) || values > valuesMax);
        values = IsBroken ? 0 : values;
        _left = values;
        return outer;
    }

    /// <summary>Opens a group of any number of values.</summary>
    public StateGroup Begin() => Begin(int.MaxValue, out _);

    /// <summary>Ends the group that was begun last; passes over what a newer version has appended to it.</summary>
    public void End(StateGroup outer)
    {
        IsBroken |= _left > 0 && !_reader.TrySkip(_left);
        _left = IsBroken ? 0 : outer.Values;
    }

    /// <summary>Whether the next value is not there; passes over the sign that says so.</summary>
    public bool IsNothing()
    {
        if (!HasMore || _reader.TryReadNil())
        {
            _left = Math.Max(0, _left - 1);
            return true;
        }

        return false;
    }

    /// <summary>Reads true or false.</summary>
    public bool Bool()
    {
        var value = false;
        IsBroken |= TryTake() && !_reader.TryReadBool(out value);
        return value;
    }

    /// <summary>Reads a number from 0 to a bound.</summary>
    public ulong UInt(ulong max = ulong.MaxValue)
    {
        ulong value = 0;
        IsBroken |= TryTake() && !_reader.TryReadUInt(max, out value);
        return value;
    }

    /// <summary>Reads a number from 0 to a bound.</summary>
    public int Int32(int max) => (int)UInt((ulong)max);

    /// <summary>Reads a number of 32 bits.</summary>
    public uint UInt32() => (uint)UInt(uint.MaxValue);

    /// <summary>Reads a number of 16 bits.</summary>
    public ushort UInt16() => (ushort)UInt(ushort.MaxValue);

    /// <summary>Reads a number of 8 bits.</summary>
    public byte UInt8() => (byte)UInt(byte.MaxValue);

    /// <summary>Reads a whole number between bounds.</summary>
    public long Int(long min = long.MinValue, long max = long.MaxValue)
    {
        long value = 0;
        IsBroken |= TryTake() && !_reader.TryReadInt(min, max, out value);
        return value;
    }

    /// <summary>Reads a number with a fraction, which may be anything but not a number.</summary>
    public double Number()
    {
        var value = BitConverter.UInt64BitsToDouble(UInt());
        IsBroken |= double.IsNaN(value);
        return IsBroken ? 0 : value;
    }

    /// <summary>Reads a duration.</summary>
    public TimeSpan Duration() => new(Int());

    /// <summary>Reads a moment; one that is not there is not set.</summary>
    public Instant Moment() =>
        IsNothing() ? Instant.Never : Now + new TimeSpan(Int(-DistanceMax, DistanceMax));

    /// <summary>Reads bytes.</summary>
    /// <param name="bytesMax">Most that there may be.</param>
    public ReadOnlySpan<byte> Bytes(int bytesMax)
    {
        ReadOnlySpan<byte> value = default;
        IsBroken |= TryTake() && (!_reader.TryReadBinary(out value) || value.Length > bytesMax);
        return IsBroken ? default : value;
    }

    /// <summary>Reads bytes of which there have to be exactly so many.</summary>
    public void Bytes(scoped Span<byte> destination)
    {
        var value = Bytes(destination.Length);
        IsBroken |= value.Length != destination.Length;
        if (!IsBroken)
        {
            value.CopyTo(destination);
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="bytesMax">Most bytes of UTF-8.</param>
    public string Text(int bytesMax)
    {
        ReadOnlySpan<byte> utf8 = default;
        IsBroken |= TryTake() && (!_reader.TryReadText(out utf8) || utf8.Length > bytesMax);
        return IsBroken ? "" : Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Says that what was read makes no sense.</summary>
    public void Break()
    {
        IsBroken = true;
        _left = 0;
    }

    private bool TryTake()
    {
        if (!HasMore)
        {
            return false;
        }

        _left--;
        return true;
    }
}
