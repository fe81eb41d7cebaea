namespace Edge.Bus.Lan.Records;

/// <summary>What a frame says. Numbers that are not here are skipped: they are of a newer version.</summary>
internal enum FrameKind : byte
{
    /// <summary>The sender wants what this pattern covers. Body: the pattern.</summary>
    Subscribe = 1,

    /// <summary>It does not any more. Body: the pattern.</summary>
    Unsubscribe = 2,

    /// <summary>All that the sender had subscribed when the connection was made was said. Body: empty.</summary>
    Ready = 3,

    /// <summary>A message. Body: length of the subject (2), length of the reply subject (2), both, payload.</summary>
    Publish = 4,

    /// <summary>The sender lives. Body: 8 bytes to send back.</summary>
    Ping = 5,

    /// <summary>What a ping had.</summary>
    Pong = 6,

    /// <summary>Nobody took a message that asked for an answer. Body: its reply subject.</summary>
    NoResponder = 7,

    /// <summary>The sender ends this connection on purpose, and nothing follows. Body: 1 byte, 0 when its process ends as well.</summary>
    Goodbye = 8,
}
