namespace Control.Contract;

/// <summary>Totals of a node from its start.</summary>
/// <param name="Publishers">Sessions that publish now.</param>
/// <param name="Players">Sessions that play now.</param>
/// <param name="Callers">Sessions of the session and track API now, connected or not.</param>
/// <param name="PacketsReceived">RTP packets accepted.</param>
/// <param name="PacketsSent">RTP packets forwarded to players.</param>
/// <param name="PacketsDropped">Datagrams and packets dropped, whatever the reason.</param>
public sealed record NodeReport(
    int Publishers,
    int Players,
    int Callers,
    long PacketsReceived,
    long PacketsSent,
    long PacketsDropped
);
