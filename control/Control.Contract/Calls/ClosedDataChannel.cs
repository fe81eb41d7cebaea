namespace Control.Contract.Calls;

/// <summary>What became of a data channel that was to end.</summary>
/// <param name="Id">Its stream id at the client.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record ClosedDataChannel(int Id, CallsError? Error);
