namespace Edge.Wire.Rtp;

/// <summary>How the elements of a header extension are written (RFC 8285 §4.1.2).</summary>
public enum ExtensionForm : byte
{
    /// <summary>Identifiers 1 to 14 and 1 to 16 bytes of data.</summary>
    OneByte,

    /// <summary>Identifiers 1 to 255 and 0 to 255 bytes of data.</summary>
    TwoByte,
}
