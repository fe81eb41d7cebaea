namespace Edge.Protocol.Negotiation.Answering;

/// <summary>How well an offered format can decode a stream.</summary>
internal enum CodecFit : byte
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It decodes more than the stream needs.</summary>
    Superset,

    /// <summary>It is the stream's own format.</summary>
    Exact,
}
