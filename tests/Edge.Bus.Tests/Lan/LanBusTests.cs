using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Bus.Lan;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Buses of one PoP that come, go and change keys.</summary>
public sealed class LanBusTests
{
    [Fact]
    public async Task Alone_ConnectedAndNobodyThere()
    {
        await using var bus = LanBuses.Start(LanBuses.Options("n1"));

        Assert.True(bus.IsConnected);
        Assert.Empty(bus.Peers);
        Assert.True(bus.TryPublish("a", "1"u8));
        var reply = await bus.RequestAsync(
            "a",
            default,
            TimeSpan.FromHours(1),
            CancellationToken.None
        );
        Assert.Equal(BusReplyStatus.NoResponders, reply.Status);
    }

    [Fact]
    public async Task Peers_ThatComeAndGo_ToldAtOnceAndInOrder()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        var changes = new List<string>();
        using var watch = first.WatchPeers(peer => Note(peer));
        using var faulty = first.WatchPeers(_ => throw new InvalidOperationException("test"));
        using var heard = Heard.At(first, "a");
        for (var round = 0; round < 3; round++)
        {
            await using var second = LanBuses.Start(LanBuses.Options("n2"));
            LanBuses.Join(first, second);
            await LanBuses.UntilJoinedAsync(first, second);
            Assert.True(second.TryPublish("a", Encoding.ASCII.GetBytes($"{round}")));
            await heard.UntilAsync($"{round}");
        }

        Assert.True(await Wait.ForAsync(() => Count() == 6));
        Assert.Equal(
            ["n2 True", "n2 False", "n2 True", "n2 False", "n2 True", "n2 False"],
            changes
        );
        Assert.Contains(first.Peers[0].LastEnd, new[] { LanEnd.Left, LanEnd.Unreachable });

        void Note(LanPeerStatus peer)
        {
            lock (changes)
            {
                changes.Add($"{peer.Name} {peer.IsConnected}");
            }
        }

        int Count()
        {
            lock (changes)
            {
                return changes.Count;
            }
        }
    }

    /// <summary>Its process is killed: the system resets its connections. It comes back on the same address.</summary>
    [Fact]
    public async Task Peer_KilledAndBack_InterestKnownAgain()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(LanBuses.Options("n2"));
        await using var gate = TcpGate.Open(second.Address.Port);
        first.SetPeers([new LanPeer("n2", new(IPAddress.Loopback, gate.Port))]);
        second.SetPeers([LanBuses.PeerOf("n1", first)]);
        using var heard = Heard.At(second, "a");
        await LanBuses.UntilJoinedAsync(first, second);

        gate.Cut();
        Assert.True(await Wait.ForAsync(() => !first.Peers[0].IsConnected));
        Assert.True(first.TryPublish("a", "lost"u8));
        gate.Heal();

        await LanBuses.UntilJoinedAsync(first, second);
        Assert.True(first.TryPublish("a", "heard"u8));
        await heard.UntilAsync("heard");
        Assert.Equal(["heard"], heard.Texts);
    }

    /// <summary>Long after it is connected, by a wildcard, and when it comes back: what is published then reaches it.</summary>
    [Fact]
    public async Task WatchListeners_PeerSubscribesAndComesBack_HearsWhatIsPublishedThen()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(LanBuses.Options("n2"));
        await using var gate = TcpGate.Open(second.Address.Port);
        first.SetPeers([new LanPeer("n2", new(IPAddress.Loopback, gate.Port))]);
        second.SetPeers([LanBuses.PeerOf("n1", first)]);
        await LanBuses.UntilJoinedAsync(first, second);
        var listeners = 0;
        using (first.WatchListeners("a.b", Tell))
        {
            using var other = Heard.At(second, "a.c");
            using var heard = Heard.At(second, "a.b");
            await heard.UntilAsync("told 1");
            using var wild = Heard.At(second, "a.>");
            await wild.UntilAsync("told 2");

            gate.Cut();
            Assert.True(await Wait.ForAsync(() => !first.Peers[0].IsConnected));
            gate.Heal();
            await heard.UntilAsync("told 4");
            Assert.Equal(["told 1", "told 2", "told 3", "told 4"], heard.Texts);
        }

        using var late = Heard.At(second, "a.b");
        using var last = Heard.At(second, "last");
        await Wait.ForAsync(() => first.TryPublish("last", "end"u8) && last.Texts.Count > 0);
        Assert.Empty(late.Texts);

        void Tell()
        {
            listeners++;
            Assert.True(first.TryPublish("a.b", Encoding.ASCII.GetBytes($"told {listeners}")));
        }
    }

    [Fact]
    public async Task WatchListeners_PeerListensAlready_CountsOnce()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(LanBuses.Options("n2"));
        LanBuses.Join(first, second);
        await LanBuses.UntilJoinedAsync(first, second);
        var known = 0;
        first.WatchListeners("a.b", () => known++).Dispose();
        Assert.Equal(0, known);

        using var wide = Heard.At(second, "a.>");
        using var exact = Heard.At(second, "a.b");
        using var seen = Heard.At(second, "seen");
        Assert.True(
            await Wait.ForAsync(() => first.TryPublish("seen", "all"u8) && seen.Texts.Count > 0)
        );
        first.WatchListeners("a.b", () => known++).Dispose();
        Assert.Equal(1, known);
    }

    /// <summary>A process listens at whatever moment of its connecting: between that its connection is told of and that its
    /// subscription is known, what is said is said in vain, and so is what it asks before it knows who answers.</summary>
    [Fact]
    public async Task WatchListeners_PeerStartsAnewAndListensAtSomeMoment_HearsAlways()
    {
        var random = Seeds.Random();
        await using var stays = LanBuses.Start(LanBuses.Options("n2"));
        using var watch = stays.WatchListeners("a", () => stays.TryPublish("a", "all"u8));
        for (var round = 0; round < 100; round++)
        {
            await using var anew = LanBuses.Start(
                LanBuses.Options("n1") with
                {
                    FinishWithin = TimeSpan.Zero,
                }
            );
            LanBuses.Join(anew, stays);
            await Task.Delay(random.NextInt32(8));
            using var heard = Heard.At(anew, "a");
            await heard.UntilAsync("all");
        }
    }

    [Theory]
    [InlineData("1", "1", true)]
    [InlineData("1", "1,2", true)]
    [InlineData("1", "2,1", true)]
    [InlineData("1,2", "1", true)]
    [InlineData("2,1", "1", true)]
    [InlineData("1,2", "2,1", true)]
    [InlineData("2,1", "3,1", true)]
    [InlineData("1", "2", false)]
    [InlineData("1,2", "3", false)]
    public async Task Keys_AnyStepOfAChange_ConnectedWhenTheyShareOne(
        string dialler,
        string acceptor,
        bool isShared
    )
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1", KeysOf(dialler)));
        await using var second = LanBuses.Start(LanBuses.Options("n2", KeysOf(acceptor)));
        LanBuses.Join(first, second);

        if (isShared)
        {
            await LanBuses.UntilJoinedAsync(first, second);
            return;
        }

        await LanBuses.UntilEndAsync(first, LanEnd.Refused);
        Assert.True(await Wait.ForAsync(() => second.Handshakes.Refused > 3), "It tries on.");
        Assert.False(first.Peers[0].IsConnected);
        Assert.False(second.Peers[0].IsConnected);

        static ImmutableArray<LanKey> KeysOf(string ids) =>
            [.. ids.Split(',').Select(id => LanBuses.KeyOf(byte.Parse(id)))];
    }

    [Fact]
    public async Task SetPeers_LeftOutAndThereAgain_DisconnectedAndConnected()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(LanBuses.Options("n2"));
        await using var third = LanBuses.Start(LanBuses.Options("n3"));
        LanBuses.Join(first, second, third);
        await LanBuses.UntilJoinedAsync(first, second, third);
        using var heard = Heard.At(second, "a");
        using var other = Heard.At(third, "a");

        second.SetPeers([LanBuses.PeerOf("n3", third)]);

        Assert.True(await Wait.ForAsync(() => !first.Peers[0].IsConnected));
        Assert.Equal("n3", Assert.Single(second.Peers).Name);
        await LanBuses.UntilEndAsync(first, LanEnd.Refused);
        first.TryPublish("a", "lost"u8);
        await other.UntilAsync("lost");
        LanBuses.Join(first, second, third);
        await LanBuses.UntilJoinedAsync(first, second, third);
        first.TryPublish("a", "heard"u8);
        await heard.UntilAsync("heard");
        Assert.Equal(["heard"], heard.Texts);
    }

    /// <summary>The same name on another address is another process.</summary>
    [Fact]
    public async Task SetPeers_OtherAddress_ConnectedThere()
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var before = LanBuses.Start(LanBuses.Options("n2"));
        await using var after = LanBuses.Start(LanBuses.Options("n2"));
        before.SetPeers([LanBuses.PeerOf("n1", first)]);
        after.SetPeers([LanBuses.PeerOf("n1", first)]);
        first.SetPeers([LanBuses.PeerOf("n2", before)]);
        await LanBuses.UntilJoinedAsync(first, before);

        first.SetPeers([LanBuses.PeerOf("n2", after)]);

        await LanBuses.UntilJoinedAsync(first, after);
        Assert.True(await Wait.ForAsync(() => !before.Peers[0].IsConnected));
        Assert.Equal(after.Address, first.Peers[0].Address);
    }

    [Fact]
    public async Task SetPeers_WithItself_LeftOut()
    {
        await using var bus = LanBuses.Start(LanBuses.Options("n1"));

        bus.SetPeers([LanBuses.PeerOf("n1", bus), LanBuses.PeerOf("n2", bus)]);

        Assert.Equal("n2", Assert.Single(bus.Peers).Name);
    }

    [Fact]
    public async Task SetPeers_Malformed_Throws()
    {
        await using var bus = LanBuses.Start(LanBuses.Options("n1"));
        var address = new IPEndPoint(IPAddress.Loopback, 1);

        Assert.Throws<ArgumentException>(() => bus.SetPeers([new LanPeer("a b", address)]));
        Assert.Throws<ArgumentException>(() =>
            bus.SetPeers([new LanPeer("a", address), new LanPeer("a", address)])
        );
        Assert.Throws<ArgumentException>(() =>
            bus.SetPeers([
                .. Enumerable.Range(0, 129).Select(number => new LanPeer($"p{number}", address)),
            ])
        );
        Assert.Empty(bus.Peers);
    }

    [Fact]
    public async Task Dispose_MessagesWaiting_SentFirst()
    {
        const int Count = 300;
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(LanBuses.Options("n2"));
        using var heard = Heard.At(second, "a");
        LanBuses.Join(first, second);
        await LanBuses.UntilJoinedAsync(first, second);

        for (var number = 0; number < Count; number++)
        {
            Assert.True(first.TryPublish("a", new byte[10_000]));
        }

        await first.DisposeAsync();

        await heard.UntilAsync(Count);
        Assert.Throws<ObjectDisposedException>(() => first.SetPeers([]));
        Assert.Throws<ObjectDisposedException>(() => first.WatchPeers(_ => { }));
    }

    /// <summary>As many as a PoP may have: all find each other, and all hear one.</summary>
    [Fact]
    public async Task Processes_Twelve_AllConnectedAndAllHear()
    {
        const int Count = 12;
        var buses = Enumerable
            .Range(1, Count)
            .Select(number => LanBuses.Start(LanBuses.Options($"n{number}")))
            .ToArray();
        LanBuses.Join(buses);
        await LanBuses.UntilJoinedAsync(buses);
        var heards = buses.Select(bus => Heard.At(bus, "a")).ToArray();
        foreach (var bus in buses)
        {
            using var answering = bus.Subscribe("known", _ => { });
        }

        Assert.True(
            await Wait.ForAsync(() =>
            {
                buses[5].TryPublish("a", "1"u8);
                return heards.All(heard => heard.Messages.Count > 0);
            })
        );
        await Task.WhenAll(buses.Select(bus => bus.DisposeAsync().AsTask()));
    }

    /// <summary>Over IPv6, and over IPv4 to a process that listens on the wildcard of IPv6.</summary>
    [Theory]
    [InlineData("::1", "::1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("0.0.0.0", "::ffff:127.0.0.1")]
    public async Task Addresses_OfAnyFamily_Connected(string listen, string dial)
    {
        await using var first = LanBuses.Start(LanBuses.Options("n1"));
        await using var second = LanBuses.Start(
            LanBuses.Options("n2") with
            {
                Listen = new(IPAddress.Parse(listen), port: 0),
            }
        );
        second.SetPeers([LanBuses.PeerOf("n1", first)]);

        first.SetPeers([new LanPeer("n2", new(IPAddress.Parse(dial), second.Address.Port))]);

        await LanBuses.UntilJoinedAsync(first, second);
    }

    [Fact]
    public void Start_AddressTaken_Unbound()
    {
        using var taken = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();

        var start = LanBus.Start(
            LanBuses.Options("n1") with
            {
                Listen = (IPEndPoint)taken.LocalEndPoint!,
            },
            NullLogger.Instance
        );

        Assert.Equal(
            SocketError.AddressAlreadyInUse,
            Assert.IsType<LanBusStart.Unbound>(start).Error
        );
    }

    [Fact]
    public void Start_WrongOptions_EveryProblemNamed()
    {
        var address = new IPEndPoint(IPAddress.Loopback, 1);
        var start = LanBus.Start(
            new()
            {
                Name = "a.b",
                Listen = address,
                Keys = [new(1, [1, 2, 3])],
                Peers = [new("x", address), new("x", address)],
                OutgoingBytesMax = 1,
                IncomingBytesMax = 1,
                AgeMax = TimeSpan.Zero,
                AgePattern = "a..b",
                UrgentPattern = "a..b",
                HeartbeatInterval = TimeSpan.Zero,
                SignInterval = TimeSpan.Zero,
                SuspectAfter = TimeSpan.Zero,
                SilenceMax = TimeSpan.FromHours(1),
                FinishWithin = TimeSpan.FromHours(1),
            },
            NullLogger.Instance
        );

        Assert.Equal(
            [
                "Name has 1 to 64 printable ASCII characters without space, dot, * and >.",
                "The secret of a key has 32 bytes.",
                "OutgoingBytesMax is 2 MiB to 1 GiB.",
                "IncomingBytesMax is 2 MiB to 1 GiB.",
                "AgeMax is at least 10 ms, or null.",
                "AgePattern is a pattern of subjects.",
                "UrgentPattern is a pattern of subjects, or null.",
                "HeartbeatInterval is 10 ms to 10 s.",
                "SignInterval is 10 ms to 10 s.",
                "SuspectAfter is 50 ms to one minute.",
                "SilenceMax is twice HeartbeatInterval to one minute.",
                "FinishWithin is 0 to one minute.",
                "'x' is a peer twice.",
            ],
            Assert.IsType<LanBusStart.Misconfigured>(start).Problems,
            StringComparer.Ordinal
        );
        Assert.Equal(
            ["Keys has one key or two."],
            (LanBuses.Options("n1") with { Keys = [] }).Validate(),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Options_Defaults_AreThoseOfTheGoldenFile()
    {
        var options = new LanBusOptions
        {
            Name = "n1",
            Listen = new(IPAddress.Loopback, 7100),
            Keys = [LanBuses.Key],
        };

        Assert.Empty(options.Validate());
        Golden.Match("bus/lan-options.txt", BusOptions.Describe(options));
    }

    [Fact]
    public void Key_AsText_WithoutItsSecret()
    {
        Assert.Equal("LAN key 1", LanBuses.Key.ToString());
        Assert.DoesNotContain("2, 3", LanBuses.Options("n1").ToString(), StringComparison.Ordinal);
    }

    /// <summary>What is too old when it could be sent is not sent; the rest is.</summary>
    [Fact]
    public async Task AgeMax_WaitedLonger_OnlyTheOthersSent()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options("n1") with
            {
                AgeMax = TimeSpan.FromMilliseconds(100),
                AgePattern = "media.>",
            }
        );
        using var peer = RawPeer.Join(bus, "n1", receiveBytes: 8192);
        peer.Subscribe(">");
        await LanBuses.UntilJoinedAsync(bus);

        // Enough that the connection is full and a part waits here.
        while (bus.TryPublish("fill", new byte[100_000])) { }

        Assert.True(bus.TryPublish("media.old", "old"u8));
        await Task.Delay(200);
        var seen = new List<string>();
        var reading = Task.Run(() =>
        {
            do
            {
                seen.Add(peer.ReadMessage().Subject);
            } while (seen[^1] is not "media.new");
        });
        Assert.True(
            await Wait.ForAsync(() =>
            {
                bus.TryPublish("media.new", "new"u8);
                return reading.IsCompleted;
            })
        );

        Assert.DoesNotContain("media.old", seen, StringComparer.Ordinal);
        Assert.Contains("fill", seen, StringComparer.Ordinal);
        Assert.True(bus.Peers[0].Dropped > 0);
    }
}
