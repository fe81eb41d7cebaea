namespace Edge.Node.Telemetry;

/// <summary>What a session has reached on its way to media, each once.</summary>
[Flags]
internal enum SessionStages : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>A shard drives it: its description was answered, or offered.</summary>
    Created = 1,

    /// <summary>A check with its credentials came.</summary>
    FirstStun = 1 << 1,

    /// <summary>A pair of addresses was chosen.</summary>
    IceOk = 1 << 2,

    /// <summary>The handshake is over.</summary>
    DtlsOk = 1 << 3,

    /// <summary>A media packet of its client came.</summary>
    FirstRtpIn = 1 << 4,

    /// <summary>A media packet was sent to its client.</summary>
    FirstRtpOut = 1 << 5,

    /// <summary>All of them: it comes from another node, where they were counted.</summary>
    All = Created | FirstStun | IceOk | DtlsOk | FirstRtpIn | FirstRtpOut,
}
