namespace Edge.Protocol.Dtls;

/// <summary>What a <see cref="DtlsRecordGate"/> has to expect.</summary>
internal enum DtlsGatePhase : byte
{
    /// <summary>A server that has not answered a ClientHello.</summary>
    ServerBeforeHello,

    /// <summary>A server that has answered one.</summary>
    ServerAfterHello,

    /// <summary>A client in its handshake.</summary>
    Client,

    /// <summary>Either side, after it: only protected records count.</summary>
    Connected,
}
