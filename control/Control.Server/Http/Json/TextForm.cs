namespace Control.Server.Http.Json;

/// <summary>Which characters a text may have.</summary>
internal enum TextForm
{
    /// <summary>No control characters: names, labels.</summary>
    Line,

    /// <summary>All but NUL: SDP (RFC 8866 §9, byte-string).</summary>
    Lines,
}
