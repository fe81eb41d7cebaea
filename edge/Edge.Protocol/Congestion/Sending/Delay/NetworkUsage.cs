namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>What delays say of the path (draft-ietf-rmcat-gcc-02 §5.4).</summary>
public enum NetworkUsage : byte
{
    /// <summary>Queues neither grow nor empty.</summary>
    Normal,

    /// <summary>A queue grows: more is sent than the path carries.</summary>
    Overusing,

    /// <summary>A queue empties.</summary>
    Underusing,
}
