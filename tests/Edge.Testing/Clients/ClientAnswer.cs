namespace Edge.Testing.Clients;

/// <summary>The answer to a server's offer, and the client that stands behind it.</summary>
/// <param name="Sdp">The answer.</param>
/// <param name="Client">The client, which plays what the server sends.</param>
public sealed record ClientAnswer(string Sdp, MediaClient Client);
