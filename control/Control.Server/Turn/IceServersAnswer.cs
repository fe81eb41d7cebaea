namespace Control.Server.Turn;

/// <summary>The servers for a browser's `iceServers`.</summary>
internal sealed record IceServersAnswer(IReadOnlyList<IceServerAnswer> IceServers);
