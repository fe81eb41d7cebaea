namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>From one group of packets to the next.</summary>
/// <param name="Send">Between the last packets' departures.</param>
/// <param name="Arrive">Between the last packets' arrivals.</param>
/// <param name="Arrival">When the later group was complete, on the receiver's clock.</param>
internal readonly record struct GroupDelta(TimeSpan Send, TimeSpan Arrive, TimeSpan Arrival)
{
    /// <summary>How much longer the later group was under way.</summary>
    public TimeSpan Growth => Arrive - Send;
}
