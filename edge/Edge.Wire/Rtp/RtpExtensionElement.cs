namespace Edge.Wire.Rtp;

/// <summary>One element of an RTP header extension (RFC 8285 §4).</summary>
public readonly ref struct RtpExtensionElement
{
    internal RtpExtensionElement(byte id, ReadOnlySpan<byte> data)
    {
        Id = id;
        Data = data;
    }

    /// <summary>The negotiated identifier, 1 to 14, or to 255 in the two-byte form.</summary>
    public byte Id { get; }

    /// <summary>The element's data, 1 to 16 bytes, or 0 to 255 in the two-byte form.</summary>
    public ReadOnlySpan<byte> Data { get; }
}
