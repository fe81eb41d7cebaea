using Edge.Primitives;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>What was so of a client at the beginning, from when its gaps are measured.</summary>
/// <param name="ConnectedAt">When it connected, by its last handshake.</param>
/// <param name="Handshakes">Records of handshakes that it had got.</param>
/// <param name="Packets">Packets that had come to it.</param>
/// <param name="Missing">Those that had not.</param>
internal sealed record ClientBefore(Instant ConnectedAt, int Handshakes, long Packets, long Missing)
{
    /// <summary>Looks at a client, and begins to measure its gaps.</summary>
    public static ClientBefore Of(SocketClient client)
    {
        foreach (var track in client.Client.Played)
        {
            track.ResetGap();
        }

        return new(
            client.Client.ConnectedAt,
            client.HandshakeRecords,
            PacketsOf(client),
            MissingOf(client)
        );
    }

    /// <summary>Packets of all tracks that came to a client.</summary>
    public static long PacketsOf(SocketClient client) =>
        client.Client.Played.Sum(track => track.Packets);

    /// <summary>Those that did not.</summary>
    public static long MissingOf(SocketClient client) =>
        client.Client.Played.Sum(track => track.Missing);

    /// <summary>Whether the client has shaken hands again.</summary>
    public bool HasShakenHandsSince(SocketClient client) =>
        client.HandshakeRecords != Handshakes || client.Client.ConnectedAt != ConnectedAt;
}
