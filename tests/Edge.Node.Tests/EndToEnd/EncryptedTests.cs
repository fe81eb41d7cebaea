using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Tests.EndToEnd.Versions;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Tracks that only their ends can read: said to all who pull them, wherever that is.</summary>
public sealed class EncryptedTests
{
    [Fact]
    public async Task Pull_EncryptedTracks_SaidHereAndAtAnotherNode()
    {
        await using var mesh = new MeshHarness();
        var publisher = await ConnectedAsync(mesh);

        var near = await mesh.Home.PullAsync("app", Both(publisher));
        var far = await mesh.Away.PullAsync("app", Both(publisher));

        CallsSessionState[] states =
        [
            await mesh.Home.StateAsync(publisher),
            await mesh.Home.StateAsync(near),
            await mesh.Away.StateAsync(far),
        ];
        Assert.All(states, state => Assert.Equal(2, state.Tracks.Length));
        Assert.All(
            states.SelectMany(state => state.Tracks),
            track => Assert.True(track.IsEncrypted)
        );
        mesh.Away.RunUntil(
            () => far.Client.Played[0].Packets >= 25 && near.Client.Played[0].Packets >= 25,
            "The sound did not come."
        );
    }

    /// <summary>A plain track is not said to be more than that.</summary>
    [Fact]
    public async Task Pull_PlainTrack_IsPlain()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);

        var far = await mesh.Away.PullAsync("app", Both(publisher));

        Assert.All(
            (await mesh.Away.StateAsync(far)).Tracks,
            track => Assert.False(track.IsEncrypted)
        );
    }

    /// <summary>A node of a version before would take it for a plain one: it is told that it cannot have it.</summary>
    [Fact]
    public async Task Pull_ByANodeOfAnOlderVersion_RefusedByName()
    {
        await using var mesh = new MeshHarness(versions: (MeshVersion.Present, MeshVersion.Before));
        var publisher = await ConnectedAsync(mesh);
        var session = new SessionKey("app", await mesh.Away.NewSessionAsync());

        var asked = mesh.Away.AskAsync(session, Both(publisher));
        mesh.Away.RunUntil(() => asked.IsCompleted, "The pull did not come back.");

        var pulled = await asked;
        Assert.All(
            pulled.Value!.Tracks,
            track =>
                Assert.Contains(
                    "encrypted end to end",
                    track.Error!.Description,
                    StringComparison.Ordinal
                )
        );
    }

    /// <summary>Newer words of the other side change nothing.</summary>
    [Fact]
    public async Task Pull_ByANodeOfANewerVersion_IsSaid()
    {
        await using var mesh = new MeshHarness(versions: (MeshVersion.After, MeshVersion.After));
        var publisher = await ConnectedAsync(mesh);

        var far = await mesh.Away.PullAsync("app", Both(publisher));

        Assert.All(
            (await mesh.Away.StateAsync(far)).Tracks,
            track => Assert.True(track.IsEncrypted)
        );
    }

    private static async Task<SocketClient> ConnectedAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PushEncryptedAsync();
        mesh.RunUntilConnected(publisher);
        return publisher;
    }

    private static TrackRequest[] Both(SocketClient publisher) =>
        [
            NodeHarness.Remote(publisher.SessionId, "mic"),
            NodeHarness.Remote(publisher.SessionId, "cam"),
        ];
}
