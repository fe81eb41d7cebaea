namespace Control.Contract;

/// <summary>An offer to publish or to play a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="OfferSdp">The client's offer as it came, any line ending.</param>
public sealed record SessionRequest(StreamKey Stream, string OfferSdp);
