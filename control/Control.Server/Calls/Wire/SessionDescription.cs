namespace Control.Server.Calls.Wire;

/// <summary>An offer or an answer in JSON.</summary>
internal sealed record SessionDescription(string Type, string Sdp);
