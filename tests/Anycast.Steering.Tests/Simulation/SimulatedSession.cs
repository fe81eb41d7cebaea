using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>A session as its node has it.</summary>
/// <param name="fragment">The username fragment that leads to it.</param>
/// <param name="client">Whose it is; null for one whose client never comes.</param>
internal sealed class SimulatedSession(string fragment, SimulatedClient? client)
{
    public string Fragment => fragment;

    /// <summary>Whose it is; null for one whose client never comes, or has another one by now.</summary>
    public SimulatedClient? Client =>
        string.Equals(client?.Fragment, fragment, StringComparison.Ordinal) ? client : null;

    /// <summary>Where its client is proved to be, and is sent to; null before its handshake.</summary>
    public NetworkAddress? Selected { get; set; }

    /// <summary>Since when.</summary>
    public Instant ProvedAt { get; set; }
}
