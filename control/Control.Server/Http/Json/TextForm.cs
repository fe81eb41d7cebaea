namespace Control.Server.Http.Json;

/// <summary>Which characters a text may have.</summary>
internal enum TextForm
{
    /// <summary>No control characters: names, labels.</summary>
    Line,

    /// <summary>Any: SDP.</summary>
    Lines,
}
