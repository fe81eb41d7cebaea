namespace Edge.Protocol.DataChannels.Sending;

/// <summary>What one SACK told the sender.</summary>
internal struct SackOutcome
{
    /// <summary>Bytes that it acknowledged for the first time.</summary>
    public int AckedBytes;

    /// <summary>Whether the cumulative TSN moved.</summary>
    public bool IsCumulativeAdvanced;

    /// <summary>Whether chunks were found lost by their third report.</summary>
    public bool HasLoss;

    /// <summary>A measured round trip; zero when none was measured.</summary>
    public TimeSpan RoundTrip;
}
