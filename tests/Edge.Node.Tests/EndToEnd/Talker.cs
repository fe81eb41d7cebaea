using Edge.Testing.Clients;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A client whose session can be changed while it runs.</summary>
/// <param name="Running">The client on its socket.</param>
/// <param name="Negotiation">Its offers and answers.</param>
/// <param name="FirstAnswer">What the node answered to its first offer.</param>
internal sealed record Talker(SocketClient Running, SessionClient Negotiation, string FirstAnswer);
