namespace Edge.Wire.Sdp;

/// <summary>The first word of an m-line (RFC 8866 §5.14).</summary>
public enum SdpMediaKind : byte
{
    /// <summary>Any other word.</summary>
    Other,

    /// <summary><c>audio</c>.</summary>
    Audio,

    /// <summary><c>video</c>.</summary>
    Video,

    /// <summary><c>application</c>: data channels.</summary>
    Application,
}
