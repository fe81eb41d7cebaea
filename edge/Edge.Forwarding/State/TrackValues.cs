using System.Runtime.InteropServices;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Forwarding.State;

/// <summary>Values that many cores of this project write, and the bounds within which they make sense.</summary>
/// <remarks>Whoever goes on with what was read counts with it: each bound is one within which no sum overflows.</remarks>
internal static class TrackValues
{
    /// <summary>The highest sequence number on its 64-bit line. Chosen: a million packets a second do not reach it in
    /// a century, and sums of some do not overflow.</summary>
    public const long SequenceMax = 1L << 56;

    /// <summary>The highest rate but none at all. Chosen: a petabit.</summary>
    private const long RateMax = 1_000_000_000_000_000;

    /// <summary>The longest duration. Chosen: no process lives for ten years, and sums of some do not overflow.</summary>
    private const long DurationMax = 3660 * TimeSpan.TicksPerDay;

    /// <summary>Reads a duration that is not negative.</summary>
    public static TimeSpan Length(this ref StateReader reader) => new(reader.Int(0, DurationMax));

    /// <summary>Reads a number of a packet.</summary>
    public static long Sequence(this ref StateReader reader, long min = 0) =>
        reader.Int(min, SequenceMax);

    /// <summary>Reads the index of a layer, or -1.</summary>
    public static int Layer(this ref StateReader reader) =>
        (int)reader.Int(-1, Tracks.Track.LayersMax - 1);

    /// <summary>Writes a rate that others are added to.</summary>
    public static void AddedRate(this StateWriter writer, Bitrate value) =>
        writer.UInt((ulong)Math.Clamp(value.BitsPerSecond, 0, RateMax));

    /// <summary>Reads a rate that others are added to.</summary>
    public static Bitrate AddedRate(this ref StateReader reader) =>
        new((long)reader.UInt((ulong)RateMax));

    /// <summary>Writes a rate that may be without limit.</summary>
    public static void Limit(this StateWriter writer, Bitrate value)
    {
        if (value == Bitrate.Unlimited)
        {
            writer.Nothing();
        }
        else
        {
            writer.AddedRate(value);
        }
    }

    /// <summary>Reads a rate that may be without limit.</summary>
    public static Bitrate Limit(this ref StateReader reader) =>
        reader.IsNothing() ? Bitrate.Unlimited : reader.AddedRate();

    /// <summary>Writes a pair of layers.</summary>
    public static void Cell(this StateWriter writer, LayerCell value) =>
        writer.UInt((ulong)value.Index);

    /// <summary>Reads a pair of layers.</summary>
    public static LayerCell Cell(this ref StateReader reader) =>
        LayerCell.Of(reader.Int32(LayerCell.Count - 1));

    /// <summary>Writes the size of a picture.</summary>
    public static void Size(this StateWriter writer, VideoSize value)
    {
        writer.UInt((ulong)value.Width);
        writer.UInt((ulong)value.Height);
    }

    /// <summary>Reads the size of a picture.</summary>
    public static VideoSize Size(this ref StateReader reader) =>
        new(reader.Int32(ushort.MaxValue + 1), reader.Int32(ushort.MaxValue + 1));

    /// <summary>Writes a rid; none as no bytes.</summary>
    public static void Rid(this StateWriter writer, Rid value)
    {
        Span<byte> text = stackalloc byte[Token16.LengthMax];
        writer.Bytes(text[..value.Token.CopyTo(text)]);
    }

    /// <summary>Reads a rid.</summary>
    public static Rid Rid(this ref StateReader reader)
    {
        var text = reader.Bytes(Token16.LengthMax);
        if (text.IsEmpty)
        {
            return default;
        }

        if (!Token16.TryCreate(text, out var token))
        {
            reader.Break();
        }

        return new Rid(token);
    }

    /// <summary>Writes a set of bits.</summary>
    public static void Bits(this StateWriter writer, ReadOnlySpan<ulong> words) =>
        writer.Bytes(MemoryMarshal.AsBytes(words));

    /// <summary>Reads a set of bits.</summary>
    public static void Bits(this ref StateReader reader, scoped Span<ulong> words)
    {
        var bytes = reader.Bytes(words.Length * sizeof(ulong));
        if (
            !bytes.TryCopyTo(MemoryMarshal.AsBytes(words))
            || bytes.Length != words.Length * sizeof(ulong)
        )
        {
            reader.Break();
        }
    }

    /// <summary>Writes numbers of which many that follow each other are equal, as pairs of a value and how often it
    /// comes.</summary>
    public static void Repeats(this StateWriter writer, ReadOnlySpan<uint> values)
    {
        var outer = writer.Begin();
        for (var first = 0; first < values.Length; )
        {
            var length = values[first..].IndexOfAnyExcept(values[first]);
            length = length < 0 ? values.Length - first : length;
            writer.UInt(values[first]);
            writer.UInt((ulong)length);
            first += length;
        }

        writer.End(outer);
    }

    /// <summary>Reads so many numbers of which many are equal.</summary>
    public static void Repeats(this ref StateReader reader, scoped Span<uint> values)
    {
        var outer = reader.Begin(2 * values.Length, out _);
        var first = 0;
        while (reader.HasMore)
        {
            var value = reader.UInt32();
            var length = reader.Int32(values.Length - first);
            values.Slice(first, length).Fill(value);
            first += length;
        }

        if (first != values.Length)
        {
            reader.Break();
        }

        reader.End(outer);
    }
}
