using Edge.Processes;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>What players see.</summary>
internal static class Viewing
{
    /// <summary>Pictures that show that media flows. Chosen: two seconds.</summary>
    private const int Pictures = 60;

    /// <summary>The pictures that a player got, once the first has come.</summary>
    public static PlayedTrack Video(this SocketClient client) =>
        client.Client.Played.First(track => track.FirstKeyFrameAt.IsSet);

    /// <summary>Whether the session ended.</summary>
    public static bool HasEnded(this SocketClient client) =>
        client.Client.Peer.Transport.State == PeerState.Closed;

    /// <summary>Waits until a player got more.</summary>
    public static async Task UntilMoreAsync(this Stage stage, SocketClient client, string who)
    {
        var before = stage.Look(() => client.Video().CompleteFrames);
        await stage.UntilAsync(
            $"{who} goes on",
            () => client.Video().CompleteFrames >= before + Pictures
        );
    }

    /// <summary>Waits until players see a publisher, who is told by the packets of each of its pictures, and got more
    /// from it.</summary>
    public static async Task UntilAllSeeAsync(
        this Stage stage,
        IReadOnlyList<SocketClient> players,
        int packets
    )
    {
        for (var index = 0; index < players.Count; index++)
        {
            var player = players[index];
            var who = $"player {index + 1} of {players.Count}";
            await stage.UntilAsync(
                $"{who} sees whom it should ({packets})",
                () => player.Video().LastFramePackets == packets
            );
            await stage.UntilMoreAsync(player, who);
            Assert.Equal(packets, stage.Look(() => player.Video().LastFramePackets));
        }
    }
}
