namespace Edge.Bus;

/// <summary>Counters of a bus since its start.</summary>
/// <param name="Published">Messages given to the connection.</param>
/// <param name="PublishedBytes">Their payloads.</param>
/// <param name="Dropped">Messages that were not sent: no connection, or too much waiting.</param>
/// <param name="Delivered">Messages given to handlers.</param>
/// <param name="DeliveredBytes">Their payloads.</param>
/// <param name="Missed">Messages for this process that were lost because handlers did not keep up.</param>
/// <param name="Reconnects">Connections made after the first.</param>
public readonly record struct BusStats(
    long Published,
    long PublishedBytes,
    long Dropped,
    long Delivered,
    long DeliveredBytes,
    long Missed,
    long Reconnects
);
