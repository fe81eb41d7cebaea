using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The small values that records of what was agreed are made of, and optional ones of all kinds.</summary>
public static class NegotiatedValues
{
    /// <summary>Most bytes of a text: a line of a description in UTF-8.</summary>
    public const int TextBytesMax = 3 * SdpLimits.LineCharactersMax;

    private const int PayloadTypeMax = 127;

    /// <summary>Writes a text that may be missing.</summary>
    public static void OptionalText(this StateWriter writer, string? value)
    {
        if (value is null)
        {
            writer.Nothing();
        }
        else
        {
            writer.Text(value);
        }
    }

    /// <summary>Writes a payload type that may be missing.</summary>
    public static void Optional(this StateWriter writer, PayloadType? value) =>
        writer.OptionalNumber(value?.Value);

    /// <summary>Writes a number that may be missing.</summary>
    public static void OptionalNumber(this StateWriter writer, ulong? value)
    {
        if (value is { } number)
        {
            writer.UInt(number);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Writes a record that may be missing.</summary>
    public static void Optional<T>(this StateWriter writer, T? value, Action<StateWriter, T> write)
        where T : class
    {
        if (value is null)
        {
            writer.Nothing();
        }
        else
        {
            write(writer, value);
        }
    }

    /// <summary>Writes a list as a group of its elements.</summary>
    public static void All<T>(
        this StateWriter writer,
        ImmutableArray<T> values,
        Action<StateWriter, T> write
    )
    {
        var group = writer.Begin();
        foreach (var value in values)
        {
            write(writer, value);
        }

        writer.End(group);
    }

    /// <summary>Writes those of a list's elements that are there as a group.</summary>
    public static void AllThatAre<T>(
        this StateWriter writer,
        ReadOnlySpan<T?> values,
        Action<StateWriter, T> write
    )
        where T : class
    {
        var group = writer.Begin();
        foreach (var value in values)
        {
            if (value is not null)
            {
                write(writer, value);
            }
        }

        writer.End(group);
    }

    /// <summary>Reads a text from a line of a description; one that would break the line makes no sense.</summary>
    public static string Line(this ref StateReader reader)
    {
        var text = reader.Text(TextBytesMax);
        foreach (var character in text)
        {
            if (char.IsControl(character) && character != '\t')
            {
                reader.Break();
                return "";
            }
        }

        return text;
    }

    /// <summary>Reads a text from a line of a description that may be missing.</summary>
    public static string? OptionalLine(this ref StateReader reader) =>
        reader.IsNothing() ? null : reader.Line();

    /// <summary>Reads any text that may be missing.</summary>
    public static string? OptionalText(this ref StateReader reader) =>
        reader.IsNothing() ? null : reader.Text(TextBytesMax);

    /// <summary>Reads a token of up to 16 characters, or none.</summary>
    public static Token16 TokenText(this ref StateReader reader)
    {
        var text = reader.Text(Token16.LengthMax).AsSpan();
        Token16 token = default;
        if (!text.IsEmpty && !Token16.TryCreate(text, out token))
        {
            reader.Break();
        }

        return token;
    }

    /// <summary>Reads a payload type.</summary>
    public static PayloadType PayloadType(this ref StateReader reader) =>
        new((byte)reader.Int32(PayloadTypeMax));

    /// <summary>Reads a payload type that may be missing.</summary>
    public static PayloadType? OptionalPayloadType(this ref StateReader reader) =>
        reader.IsNothing() ? null : reader.PayloadType();

    /// <summary>Reads true or false that means something else than false where it is missing.</summary>
    public static bool Bool(this ref StateReader reader, bool absent) =>
        reader.HasMore ? reader.Bool() : absent;

    /// <summary>Reads a number that means something else than 0 where it is missing.</summary>
    public static int Int32(this ref StateReader reader, int max, int absent) =>
        reader.HasMore ? reader.Int32(max) : absent;

    /// <summary>Reads a record that may be missing.</summary>
    public static T? Optional<T>(this ref StateReader reader, StateRead<T> read)
        where T : class => reader.IsNothing() || !read(ref reader, out var value) ? null : value;

    /// <summary>Reads a list; one with an element that makes no sense is empty, and the reader broken.</summary>
    public static ImmutableArray<T> All<T>(
        this ref StateReader reader,
        int countMax,
        StateRead<T> read
    )
    {
        var group = reader.Begin(countMax, out var count);
        var values = ImmutableArray.CreateBuilder<T>(count);
        while (values.Count < count && read(ref reader, out var value))
        {
            values.Add(value);
        }

        reader.End(group);
        return reader.IsBroken ? [] : values.MoveToImmutable();
    }
}
