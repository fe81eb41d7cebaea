using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Static stability: media goes on while everything else is gone.</summary>
[Collection(nameof(AloneCollection))]
public sealed class StabilityTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>For how long everything is gone, in seconds; soak.sh says an hour.</summary>
    private const string SecondsVariable = "TEST_STABLE_SECONDS";

    private const int SecondsDefault = 300;

    /// <summary>Time between two changes of layer.</summary>
    private static readonly TimeSpan SwitchInterval = TimeSpan.FromSeconds(10);

    /// <summary>Players until one is on each edge. Chosen: placement draws, so that ten miss one once in 500 runs
    /// and then place it by load.</summary>
    private const int PlayersMax = 10;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    /// <summary>NATS and Consul killed, one control stopped where it is and the other killed: players on the
    /// publisher's node and on the other one of its PoP lose nothing, through changes of layer and of a client's address;
    /// and when all is back, those of the other PoP go on by themselves, and Consul, which has forgotten everything, is
    /// told again.</summary>
    [Fact]
    public async Task EverythingButEdgesGone_MediaGoesOnWithoutLoss()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var consul = await ConsulServer.StartAsync();
        await using var pop = await Pop.StartAsync("ams", nats.Url, consul, "e1", "e2", "c1", "c2");
        await using var other = await Pop.StartAsync("sin", nats.Url, consul, "e1", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        using var away = new StreamClient(_stage, other.Control("c1"));
        // A control that does not know its edges yet has sessions served at the other PoP.
        await client.UntilReadyAsync();
        await away.UntilReadyAsync();
        var (publisher, best) = await client.PublishLayersAsync("cam");
        var players = await PlayOnBothAsync(client, publisher);
        var far = await away.PlayAsync("cam");
        var moving = await client.PlayAsync("cam");
        var before = _stage.Look(() => players.ConvertAll(Count));

        await nats.KillAsync();
        await consul.KillAsync();
        await pop.Control("c1").StopAsync();
        pop.Control("c2").Kill();
        var switches = await RunAsync(best, moving);

        var after = _stage.Look(() => players.ConvertAll(Count));
        for (var index = 0; index < players.Count; index++)
        {
            Assert.Equal(before[index].Missing, after[index].Missing);
            Assert.True(after[index].Frames > before[index].Frames, "A player got nothing.");
            Assert.True(
                after[index].Switches >= before[index].Switches + switches,
                $"A player changed layers {after[index].Switches - before[index].Switches} times of {switches}."
            );
        }

        await _stage.UntilMoreAsync(moving, "the player that changed its address");
        var farBefore = _stage.Look(() => Count(far));
        await nats.RestartAsync();
        await consul.RestartAsync();
        await pop.Control("c1").ContinueAsync();
        await ExpectRegisteredAsync(consul);
        await _stage.UntilMoreAsync(far, "the player of the other PoP");
        Assert.Equal(0, _stage.Look(() => far.Video().SwitchesWithoutKeyFrame));
        Assert.True(farBefore.Frames > 0);
    }

    /// <summary>NATS alone away: new sessions work, and sessions get new ICE credentials.</summary>
    [Fact]
    public async Task NatsGone_NewSessionsAndIceRestarts_MediaGoesOn()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var pop = await Pop.StartAsync("ams", nats.Url, "e1", "e2", "c1", "c2");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        var publisher = await client.PublishAsync("cam");
        var player = await client.PlayAsync("cam");

        await nats.KillAsync();
        await client.RestartIceAsync(publisher);
        await client.RestartIceAsync(player);
        await _stage.UntilMoreAsync(player, "the player after both restarts");
        using var another = new StreamClient(_stage, pop.Control("c2"));
        await another.RestartIceAsync(player);
        await _stage.UntilMoreAsync(player, "the player after one by the other control");
        await another.PlayAsync("cam");
        await another.PublishAsync("other");
        await client.PlayAsync("other");
    }

    private async Task ExpectRegisteredAsync(ConsulServer consul)
    {
        var since = Stopwatch.StartNew();
        await consul.UntilListedAsync("ams", "c1", "e1", "e2");
        await consul.UntilListedAsync("sin", "c1", "e1");
        output.WriteLine($"{since.Elapsed.TotalSeconds:F1} s until all were registered again.");
    }

    /// <summary>Lets time pass, changes layers, and once the address of a player.</summary>
    /// <returns>How often the layer changed.</returns>
    private async Task<int> RunAsync(ClientStream best, SocketClient moving)
    {
        var text = Environment.GetEnvironmentVariable(SecondsVariable);
        var seconds = text is null ? SecondsDefault : int.Parse(text, CultureInfo.InvariantCulture);
        var elapsed = Stopwatch.StartNew();
        var switches = 0;
        var hasMoved = false;
        while (elapsed.Elapsed.TotalSeconds < seconds)
        {
            await Task.Delay(SwitchInterval);
            switches++;
            _stage.Look(() => best.IsEnabled = switches % 2 == 0);
            if (!hasMoved && elapsed.Elapsed.TotalSeconds > seconds / 3)
            {
                hasMoved = true;
                _stage.Look(() =>
                {
                    moving.Rebind();
                    return true;
                });
            }
        }

        // The last change has to arrive yet.
        await Task.Delay(SwitchInterval);
        return switches;
    }

    private async Task<List<SocketClient>> PlayOnBothAsync(
        StreamClient client,
        SocketClient publisher
    )
    {
        var home = NodeOf(publisher);
        var players = new List<SocketClient>();
        while (!players.Exists(IsHome) || players.TrueForAll(IsHome))
        {
            Assert.True(players.Count < PlayersMax, "All players are on one node.");
            players.Add(await client.PlayAsync("cam"));
        }

        return players;

        bool IsHome(SocketClient player) => NodeOf(player) == home;
    }

    /// <summary>The number of a session's node, which is in its id.</summary>
    private static int NodeOf(SocketClient client)
    {
        var id = client.SessionId[(client.SessionId.LastIndexOf('/') + 1)..];
        var bytes = Base64Url.DecodeFromChars(id);
        return (bytes[4] << 8) | bytes[5];
    }

    private static Counts Count(SocketClient client)
    {
        var video = client.Video();
        return new Counts(video.CompleteFrames, video.Missing, video.Switches);
    }

    private sealed record Counts(int Frames, long Missing, int Switches);
}
