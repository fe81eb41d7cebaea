namespace Edge.Protocol.Congestion.Sending;

/// <summary>What is known of a number.</summary>
internal enum SentState : byte
{
    /// <summary>It was skipped.</summary>
    None,

    /// <summary>It left.</summary>
    Flying,

    /// <summary>It was told lost.</summary>
    Lost,

    /// <summary>It was told received.</summary>
    Received,
}
