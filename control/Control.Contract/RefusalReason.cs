namespace Control.Contract;

/// <summary>Why a node made no session.</summary>
public enum RefusalReason
{
    /// <summary>The SDP or fragment cannot be read (400).</summary>
    Malformed,

    /// <summary>It was read, but asks for what the node does not do (422).</summary>
    Unsupported,

    /// <summary>Nobody publishes the stream now (409 with Retry-After).</summary>
    NoPublisher,

    /// <summary>The node takes no more sessions now (503 with Retry-After).</summary>
    Overloaded,

    /// <summary>The node that would have to do it cannot be reached now (503 with Retry-After).</summary>
    Unavailable,
}
