using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Messages;

/// <summary>A message of a data channel on its way between nodes, or a part of one that is too long to go
/// at once.</summary>
/// <remarks>
/// Shape: an array of seven (MessagePack), to which a newer version may append.
/// <code>
/// 0 version        1
/// 1 generation     uint64
/// 2 number         uint64
/// 3 offset         up to the total length
/// 4 total length   up to MessageBytesMax
/// 5 is binary
/// 6 bytes          bin; empty only when the whole message is
/// 7 kind           0, 1 or 2: <see cref="MeshMessageKind"/>; missing for 0. Others than 0 are empty
/// </code>
/// Owner: borrows the bytes.
/// </remarks>
public readonly ref struct MeshMessage
{
    /// <summary>Most bytes that <see cref="Write"/> makes.</summary>
    public const int BytesMax = HeaderBytesMax + MeshLimits.MessagePartBytesMax;

    /// <summary>Array, version and bool of one byte; two numbers of 9, two of 5; the head of bytes.</summary>
    private const int HeaderBytesMax = 3 + (2 * 9) + (2 * 5) + 5;

    private const int Elements = 7;

    /// <summary>Which life of the owner's channel this is: another after its process started again or
    /// another node took it over. Numbers begin anew with it.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Rises by one with each message of the channel.</summary>
    public required ulong Number { get; init; }

    /// <summary>Where in the message these bytes belong.</summary>
    public required int Offset { get; init; }

    /// <summary>Bytes of the whole message.</summary>
    public required int TotalLength { get; init; }

    /// <summary>Bytes, or text in UTF-8.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>The bytes.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>What it is.</summary>
    public MeshMessageKind Kind { get; init; }

    /// <summary>Whether the message ends here.</summary>
    public bool IsLastPart => Offset + Bytes.Length == TotalLength;

    private bool IsConsistent =>
        Offset >= 0
        && TotalLength <= MeshLimits.MessageBytesMax
        && Bytes.Length <= (long)TotalLength - Offset
        && Bytes.Length <= MeshLimits.MessagePartBytesMax
        && (!Bytes.IsEmpty || TotalLength == 0)
        && (TotalLength == 0 || Kind == MeshMessageKind.Message);

    /// <summary>Writes the message; returns its length, 0 when it does not fit or readers would refuse it,
    /// and then leaves the destination alone.</summary>
    [HotPath]
    public int Write(Span<byte> destination)
    {
        if (!IsConsistent)
        {
            return 0;
        }

        var measure = new MessagePackWriter([]);
        WriteTo(ref measure);
        if (measure.NeededBytes > destination.Length)
        {
            return 0;
        }

        var writer = new MessagePackWriter(destination);
        WriteTo(ref writer);
        return writer.Length;
    }

    /// <summary>Reads a message.</summary>
    [HotPath]
    public static MeshParseError TryParse(ReadOnlySpan<byte> bytes, out MeshMessage message)
    {
        message = default;
        var reader = new MessagePackReader(bytes);
        if (
            !MeshArray.TryOpenMessage(ref reader, Elements, out var further)
            || !reader.TryReadUInt(ulong.MaxValue, out var generation)
            || !reader.TryReadUInt(ulong.MaxValue, out var number)
            || !reader.TryReadUInt(MeshLimits.MessageBytesMax, out var offset)
            || !reader.TryReadUInt(MeshLimits.MessageBytesMax, out var totalLength)
            || !reader.TryReadBool(out var isBinary)
            || !reader.TryReadBinary(out var part)
            || !TryReadKind(ref reader, ref further, out var kind)
            || !MeshArray.TryClose(ref reader, further)
        )
        {
            return reader.Error;
        }

        if (part.Length > MeshLimits.MessagePartBytesMax)
        {
            return MeshParseError.TooLong;
        }

        var read = new MeshMessage
        {
            Generation = generation,
            Number = number,
            Offset = unchecked((int)offset), // Both bounded above.
            TotalLength = unchecked((int)totalLength),
            IsBinary = isBinary,
            Bytes = part,
            Kind = kind,
        };
        if (!read.IsConsistent)
        {
            return MeshParseError.ValueRange;
        }

        message = read;
        return MeshParseError.None;
    }

    private static bool TryReadKind(
        ref MessagePackReader reader,
        ref int further,
        out MeshMessageKind kind
    )
    {
        kind = MeshMessageKind.Message;
        if (!MeshArray.HasOptional(ref reader, ref further))
        {
            return true;
        }

        var isRead = reader.TryReadUInt((ulong)MeshMessageKind.Position, out var value);
        kind = (MeshMessageKind)unchecked((byte)value); // Bounded above.
        return isRead;
    }

    private void WriteTo(ref MessagePackWriter writer)
    {
        var hasKind = Kind != MeshMessageKind.Message;
        writer.WriteArrayHeader(hasKind ? Elements + 1 : Elements);
        writer.WriteUInt(MeshLimits.Version);
        writer.WriteUInt(Generation);
        writer.WriteUInt(Number);
        writer.WriteUInt((ulong)Offset);
        writer.WriteUInt((ulong)TotalLength);
        writer.WriteBool(IsBinary);
        writer.WriteBinary(Bytes);
        if (hasKind)
        {
            writer.WriteUInt((ulong)Kind);
        }
    }
}
