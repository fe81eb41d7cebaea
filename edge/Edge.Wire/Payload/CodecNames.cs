namespace Edge.Wire.Payload;

/// <summary>The encoding names of the payload formats (RFC 8866 §6.6), in any case.</summary>
public static class CodecNames
{
    private static readonly (string Name, CodecKind Kind)[] All =
    [
        ("opus", CodecKind.Opus),
        ("PCMU", CodecKind.Pcmu),
        ("PCMA", CodecKind.Pcma),
        ("G722", CodecKind.G722),
        ("telephone-event", CodecKind.TelephoneEvent),
        ("VP8", CodecKind.Vp8),
        ("VP9", CodecKind.Vp9),
        ("H264", CodecKind.H264),
        ("H265", CodecKind.H265),
        ("AV1", CodecKind.Av1),
    ];

    /// <summary>The format of a name; <see cref="CodecKind.Unknown"/> for any other name.</summary>
    public static CodecKind Parse(ReadOnlySpan<char> name)
    {
        foreach (var (known, kind) in All)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return CodecKind.Unknown;
    }
}
