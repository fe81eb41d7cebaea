namespace Edge.Protocol.Negotiation;

/// <summary>Why there is no agreement.</summary>
public enum NegotiationRefusal : byte
{
    /// <summary>The description lacks or garbles what every WebRTC description has (HTTP 400).</summary>
    Malformed,

    /// <summary>It is sound, but asks for what this end does not do (HTTP 422).</summary>
    Unsupported,

    /// <summary>It is not this description's turn: an offer of this end waits for its answer, or an answer
    /// came that nothing waits for (HTTP 406).</summary>
    OutOfTurn,
}
