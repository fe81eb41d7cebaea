using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.Payload;

namespace Edge.Wire.Mesh.Frames;

/// <summary>What a track is: all that another node has to know to offer it and to read its packets.</summary>
/// <remarks>
/// Shape: an array (MessagePack); to each array a newer version may append.
/// <code>
/// 0 kind                 0 audio, 1 video
/// 1 codec name           str
/// 2 payload type         0 to 127
/// 3 clock rate           uint32, not 0
/// 4 channels             1 to 255; 1
/// 5 format               str or nil; nil
/// 6 telephone events     0 to 127 or nil; nil
/// 7 rids                 array of str; empty
/// 8 extensions           array of [ URI str, identifier 1 to 255 ]; empty
/// 9 flags                1 encrypted end to end; 0
/// 10 redundancy          0 to 127 or nil; nil
/// </code>
/// What stands behind the semicolon is what a missing element means. At most
/// <see cref="MeshLimits.DescriptionBytesMax"/>. Text that is empty or has what ends a line is refused: it
/// ends up in the lines of session descriptions (RFC 8866 §9, byte-string). A description is read and
/// written when a track begins or changes, and both allocate.
/// </remarks>
public sealed record MeshDescription
{
    private const int Elements = 11;
    private const int ElementsMin = 4;
    private const int ExtensionElements = 2;
    private const int PayloadTypeMax = 127; // RFC 3550 §5.1.
    private const ulong EndToEndEncryptedFlag = 1;

    /// <summary>Sound or pictures.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>The encoding name (RFC 8866 §6.6).</summary>
    public required string CodecName { get; init; }

    /// <summary>The payload type that the packets have.</summary>
    public required PayloadType PayloadType { get; init; }

    /// <summary>Ticks of the RTP timestamp in a second.</summary>
    public required uint ClockRate { get; init; }

    /// <summary>Channels of an audio format; 1 for video.</summary>
    public byte Channels { get; init; } = 1;

    /// <summary>The format parameters (RFC 8866 §6.15), if any; empty ones are none.</summary>
    public string? Format { get; init; }

    /// <summary>The payload type of telephone events among the packets (RFC 4733), if any.</summary>
    public PayloadType? TelephoneEventPayloadType { get; init; }

    /// <summary>The payload type of redundant sound among the packets (RFC 2198), if any.</summary>
    public PayloadType? RedPayloadType { get; init; }

    /// <summary>The names of the simulcast layers in their order; empty without simulcast.</summary>
    public ImmutableArray<Rid> Rids { get; init; } = [];

    /// <summary>The header extensions that the packets carry.</summary>
    public ImmutableArray<MeshExtension> Extensions { get; init; } = [];

    /// <summary>Whether the payload is encrypted from publisher to viewer, so that it tells nothing.</summary>
    public bool IsEndToEndEncrypted { get; init; }

    /// <summary>Writes the description; returns its length, 0 when it does not fit or has more than
    /// readers take, and then leaves the destination alone.</summary>
    public int Write(Span<byte> destination)
    {
        var measure = new MessagePackWriter([]);
        WriteTo(ref measure);
        if (
            measure.NeededBytes > Math.Min(destination.Length, MeshLimits.DescriptionBytesMax)
            || Rids.Length > MeshLimits.LayersMax
            || Extensions.Length > MeshLimits.ExtensionsMax
        )
        {
            return 0;
        }

        var writer = new MessagePackWriter(destination);
        WriteTo(ref writer);
        return writer.Length;
    }

    /// <summary>Reads a description; null when it is refused.</summary>
    /// <param name="bytes">The bytes from <see cref="MeshFrameReader.Description"/>.</param>
    /// <param name="description">What they say.</param>
    public static MeshParseError TryParse(
        ReadOnlySpan<byte> bytes,
        out MeshDescription? description
    )
    {
        description = null;
        if (bytes.Length > MeshLimits.DescriptionBytesMax)
        {
            return MeshParseError.TooLong;
        }

        var reader = new MessagePackReader(bytes);
        if (
            !MeshArray.TryOpen(ref reader, ElementsMin, out var further)
            || !reader.TryReadUInt((ulong)MediaKind.Video, out var kind)
            || !TryReadString(ref reader, out var codecName)
            || !TryReadPayloadType(ref reader, out var payloadType)
            || !reader.TryReadInt(1, uint.MaxValue, out var clockRate)
            || !TryReadChannels(ref reader, ref further, out var channels)
            || !TryReadFormat(ref reader, ref further, out var format)
            || !TryReadOptionalType(ref reader, ref further, out var telephoneEvent)
            || !TryReadRids(ref reader, ref further, out var rids)
            || !TryReadExtensions(ref reader, ref further, out var extensions)
            || !TryReadFlags(ref reader, ref further, out var flags)
            || !TryReadOptionalType(ref reader, ref further, out var redundancy)
            || !MeshArray.TryClose(ref reader, further)
        )
        {
            return reader.Error;
        }

        description = new()
        {
            Kind = (MediaKind)unchecked((byte)kind), // These three are bounded above.
            CodecName = codecName,
            PayloadType = payloadType,
            ClockRate = unchecked((uint)clockRate),
            Channels = unchecked((byte)channels),
            Format = format,
            TelephoneEventPayloadType = telephoneEvent,
            Rids = rids,
            Extensions = extensions,
            RedPayloadType = redundancy,
            IsEndToEndEncrypted = (flags & EndToEndEncryptedFlag) != 0,
        };
        return MeshParseError.None;
    }

    private void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Elements);
        writer.WriteUInt((byte)Kind);
        writer.WriteText(CodecName);
        writer.WriteUInt(PayloadType.Value);
        writer.WriteUInt(ClockRate);
        writer.WriteUInt(Channels);
        if (Format is { Length: > 0 } format)
        {
            writer.WriteText(format);
        }
        else
        {
            writer.WriteNil();
        }

        WriteOptional(ref writer, TelephoneEventPayloadType);
        writer.WriteArrayHeader(Rids.Length);
        Span<byte> token = stackalloc byte[Token16.LengthMax];
        foreach (var rid in Rids)
        {
            writer.WriteText(token[..rid.Token.CopyTo(token)]);
        }

        writer.WriteArrayHeader(Extensions.Length);
        foreach (var extension in Extensions)
        {
            writer.WriteArrayHeader(ExtensionElements);
            writer.WriteText(extension.Uri);
            writer.WriteUInt(extension.Id);
        }

        writer.WriteUInt(IsEndToEndEncrypted ? EndToEndEncryptedFlag : 0);
        WriteOptional(ref writer, RedPayloadType);
    }

    private static void WriteOptional(ref MessagePackWriter writer, PayloadType? payloadType)
    {
        if (payloadType is { } type)
        {
            writer.WriteUInt(type.Value);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static bool TryReadChannels(
        ref MessagePackReader reader,
        ref int further,
        out long channels
    )
    {
        channels = 1;
        return !MeshArray.HasOptional(ref reader, ref further)
            || reader.TryReadInt(1, byte.MaxValue, out channels);
    }

    private static bool TryReadFormat(
        ref MessagePackReader reader,
        ref int further,
        out string? format
    )
    {
        format = null;
        return !MeshArray.HasOptional(ref reader, ref further)
            || TryReadString(ref reader, out format);
    }

    private static bool TryReadOptionalType(
        ref MessagePackReader reader,
        ref int further,
        out PayloadType? payloadType
    )
    {
        payloadType = null;
        if (!MeshArray.HasOptional(ref reader, ref further))
        {
            return true;
        }

        var isRead = TryReadPayloadType(ref reader, out var read);
        payloadType = isRead ? read : null;
        return isRead;
    }

    private static bool TryReadRids(
        ref MessagePackReader reader,
        ref int further,
        out ImmutableArray<Rid> rids
    )
    {
        rids = [];
        if (!MeshArray.HasOptional(ref reader, ref further))
        {
            return true;
        }

        if (!reader.TryReadArrayHeader(0, MeshLimits.LayersMax, out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<Rid>(count);
        while (read.Count < count)
        {
            if (!reader.TryReadText(out var text))
            {
                return false;
            }

            if (!Token16.TryCreate(text, out var token))
            {
                return reader.Fail(MeshParseError.ValueRange);
            }

            read.Add(new(token));
        }

        rids = read.MoveToImmutable();
        return true;
    }

    private static bool TryReadExtensions(
        ref MessagePackReader reader,
        ref int further,
        out ImmutableArray<MeshExtension> extensions
    )
    {
        extensions = [];
        if (!MeshArray.HasOptional(ref reader, ref further))
        {
            return true;
        }

        if (!reader.TryReadArrayHeader(0, MeshLimits.ExtensionsMax, out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<MeshExtension>(count);
        while (read.Count < count)
        {
            if (
                !MeshArray.TryOpen(ref reader, ExtensionElements, out var more)
                || !TryReadString(ref reader, out var uri)
                || !reader.TryReadInt(1, byte.MaxValue, out var id)
                || !reader.TrySkip(more)
            )
            {
                return false;
            }

            read.Add(new(uri, unchecked((byte)id))); // Bounded above.
        }

        extensions = read.MoveToImmutable();
        return true;
    }

    private static bool TryReadFlags(ref MessagePackReader reader, ref int further, out ulong flags)
    {
        flags = 0;
        return !MeshArray.HasOptional(ref reader, ref further)
            || reader.TryReadUInt(ulong.MaxValue, out flags);
    }

    private static bool TryReadPayloadType(
        ref MessagePackReader reader,
        out PayloadType payloadType
    )
    {
        var isRead = reader.TryReadUInt(PayloadTypeMax, out var number);
        payloadType = new(unchecked((byte)number)); // Bounded above.
        return isRead;
    }

    /// <summary>Reads text of one line that is not empty.</summary>
    private static bool TryReadString(
        ref MessagePackReader reader,
        [NotNullWhen(true)] out string? text
    )
    {
        text = null;
        if (!reader.TryReadText(out var utf8))
        {
            return false;
        }

        if (
            utf8.IsEmpty
            || utf8.ContainsAny((byte)'\0', (byte)'\r', (byte)'\n')
            || !Utf8.IsValid(utf8)
        )
        {
            return reader.Fail(MeshParseError.ValueRange);
        }

        text = Encoding.UTF8.GetString(utf8);
        return true;
    }
}
