using Anycast.Lab;
using Edge.Primitives;
using Edge.Processes;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>A publisher and players at the site of the lab, whose media goes by one family to the anycast address.</summary>
internal sealed class LabCrowd : IDisposable
{
    private readonly Stage _stage;
    private readonly StreamClient _client;
    private readonly List<SocketClient> _players = [];
    private Dictionary<SocketClient, ClientBefore> _before = [];

    private LabCrowd(LabNetwork lab, bool isIPv6)
    {
        _stage = new Stage(() => lab.Site.Open(() => SocketClient.Open(LocalOf(isIPv6))));
        _client = new StreamClient(_stage, lab.First.Control, lab.Site.CreateHandler());
    }

    /// <summary>The publisher.</summary>
    public SocketClient Publisher { get; private set; } = null!;

    /// <summary>Packets that players got since <see cref="Begin"/>.</summary>
    public long Packets => Sum(ClientBefore.PacketsOf, before => before.Packets);

    /// <summary>Those that they missed since then.</summary>
    public long Missing => Sum(ClientBefore.MissingOf, before => before.Missing);

    /// <summary>Joins by the control of the first PoP.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="stream">The stream's name, no other's.</param>
    /// <param name="players">How many play it.</param>
    /// <param name="isIPv6">By which family media goes.</param>
    public static async Task<LabCrowd> JoinAsync(
        LabNetwork lab,
        string stream,
        int players,
        bool isIPv6
    )
    {
        var crowd = new LabCrowd(lab, isIPv6);
        try
        {
            crowd.Publisher = await crowd._client.PublishAsync(stream);
            for (var player = 0; player < players; player++)
            {
                crowd._players.Add(await crowd._client.PlayAsync(stream));
            }

            crowd.Begin();
            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    /// <summary>Measures from here on.</summary>
    public void Begin() =>
        _before = _stage.Look(() =>
            _players.Append(Publisher).ToDictionary(each => each, ClientBefore.Of)
        );

    /// <summary>Waits until each player got more.</summary>
    public Task UntilMoreAsync() =>
        Task.WhenAll(_players.Select(player => _stage.UntilMoreAsync(player, "a player")));

    /// <summary>The longest time since <see cref="Begin"/> without a packet of a track.</summary>
    public TimeSpan LongestGap() =>
        _stage.Make(
            (_, now) =>
                _players
                    .SelectMany(player => player.Client.Played)
                    .Where(track => track.Packets > 0)
                    .Max(track => track.GapUntil(now))
        );

    /// <summary>Nobody's session has ended, and nobody has shaken hands again.</summary>
    public void AssertKept() =>
        Assert.All(
            _before,
            pair =>
                Assert.True(
                    _stage.Look(() =>
                        !pair.Key.HasEnded() && !pair.Value.HasShakenHandsSince(pair.Key)
                    )
                )
        );

    /// <summary>Ends all of them.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _stage.Dispose();
    }

    private long Sum(Func<SocketClient, long> now, Func<ClientBefore, long> before) =>
        _stage.Look(() => _before.Sum(pair => now(pair.Key) - before(pair.Value)));

    private static NetworkAddress LocalOf(bool isIPv6) =>
        isIPv6
            ? NetworkAddress.FromIPv6([0xFD, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], 0)
            : NetworkAddress.FromIPv4(0x0A5F_0002, 0);
}
