namespace Edge.Protocol.Dtls;

/// <summary>Counters of one association.</summary>
/// <param name="RecordsIgnored">Records that were dropped before the engine saw them.</param>
/// <param name="EnginesFailed">Handshakes that input made fail; each was begun anew.</param>
/// <param name="FlightsRepeated">Retransmissions that our timer caused.</param>
public readonly record struct DtlsStats(
    long RecordsIgnored,
    long EnginesFailed,
    long FlightsRepeated
);
