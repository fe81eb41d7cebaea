namespace Control.Contract.Calls;

/// <summary>How one direction of a session's transport did since the last event about it.</summary>
/// <param name="Packets">Media packets that were sent, without repetitions.</param>
/// <param name="LossFraction">Share of packets that were lost on the way, 0 to 1, before repair.</param>
/// <param name="Kbps">Media, in thousand bits a second.</param>
public sealed record LinkQuality(long Packets, double LossFraction, double Kbps)
{
    /// <summary>What the client's network carries as far as it was estimated, in thousand bits a second; null where
    /// nothing is estimated.</summary>
    public double? AvailableKbps { get; init; }

    /// <summary>What of that is given to tracks, in thousand bits a second.</summary>
    public double? GivenKbps { get; init; }
}
