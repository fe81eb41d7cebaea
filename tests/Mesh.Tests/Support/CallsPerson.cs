using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>Somebody with a session of the session and track API.</summary>
/// <param name="Client">Her media; its session's name is the session's id.</param>
/// <param name="Session">Her side of what is negotiated.</param>
internal sealed record CallsPerson(SocketClient Client, SessionClient Session);
