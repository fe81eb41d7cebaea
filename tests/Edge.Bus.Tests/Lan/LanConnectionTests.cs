using System.Diagnostics;
using System.Text;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Records;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>A bus and a peer that the test plays: what a peer may say, and what it may not.</summary>
public sealed class LanConnectionTests : IAsyncLifetime
{
    private const string BusName = "n1";

    private readonly LanBus _bus = LanBuses.Start(
        LanBuses.Options(BusName) with
        {
            OutgoingBytesMax = 4 << 20,
            UrgentPattern = "urgent.*",
        }
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bus.DisposeAsync();

    [Fact]
    public async Task Peer_BeforeItsSubscriptions_NotConnected()
    {
        using var peer = RawPeer.Join(_bus, BusName);
        peer.ReadFrame(FrameKind.Ready);
        Assert.False(_bus.Peers[0].IsConnected);

        peer.Subscribe("a");

        await LanBuses.UntilJoinedAsync(_bus);
        Assert.True(_bus.TryPublish("a", "1"u8));
        Assert.Equal("a", peer.ReadMessage().Subject);
    }

    [Fact]
    public async Task Publish_OnlyWhatThePeerWants_Sent()
    {
        using var peer = await JoinAsync("a.*", "b");

        foreach (var subject in new[] { "b.c", "a", "a.1", "c", "b" })
        {
            Assert.True(_bus.TryPublish(subject, Encoding.ASCII.GetBytes(subject)));
        }

        Assert.Equal("a.1", peer.ReadMessage().Subject);
        Assert.Equal("b", peer.ReadMessage().Subject);
    }

    [Fact]
    public async Task Publish_SeveralPatternsOfOnePeer_SentOnce()
    {
        using var peer = await JoinAsync("a", "*", ">", "end");

        _bus.TryPublish("a", "1"u8);
        _bus.TryPublish("end", "2"u8);

        Assert.Equal("a", peer.ReadMessage().Subject);
        Assert.Equal("end", peer.ReadMessage().Subject);
    }

    [Fact]
    public async Task Subscribe_TwiceAndDisposedTwice_ThePeerIsToldOnceEach()
    {
        using var peer = await JoinAsync();
        var first = _bus.Subscribe("a", _ => { });
        var second = _bus.Subscribe("a", _ => { });
        first.Dispose();
        second.Dispose();
        second.Dispose();
        using var last = _bus.Subscribe("last", _ => { });

        Assert.Equal("a", Text(peer.ReadFrame(FrameKind.Subscribe)));
        Assert.Equal("a", Text(peer.ReadFrame(FrameKind.Unsubscribe)));
        Assert.Equal("last", Text(peer.ReadFrame(FrameKind.Subscribe)));
    }

    [Fact]
    public async Task UnknownFrames_OfANewerPeer_Skipped()
    {
        using var heard = Heard.At(_bus, "a");
        using var peer = await JoinAsync();

        peer.SendFrame((FrameKind)99, new byte[70_000]);
        peer.SendMessage("a", "1");
        peer.SendFrame((FrameKind)255, []);
        peer.SendMessage("a", "2");

        await heard.UntilAsync("2");
        Assert.Equal(["1", "2"], heard.Texts);
    }

    [Fact]
    public async Task Ping_AnyBytes_ComeBack()
    {
        using var peer = await JoinAsync();
        byte[] body = [1, 2, 3, 4, 5, 6, 7, 8];

        peer.SendFrame(FrameKind.Ping, body);

        Assert.Equal(body, peer.ReadFrame(FrameKind.Pong));
    }

    [Fact]
    public async Task Pong_OfItsPing_TellsTheRoundTrip()
    {
        using var peer = await JoinAsync();
        Assert.Equal(TimeSpan.Zero, _bus.Peers[0].Rtt);
        var ping = peer.ReadFrame(FrameKind.Ping);
        var watch = Stopwatch.StartNew();
        await Task.Delay(20);
        var waited = watch.Elapsed;

        peer.SendFrame(FrameKind.Pong, ping);

        Assert.True(await Wait.ForAsync(() => _bus.Peers[0].Rtt > TimeSpan.Zero));
        Assert.True(_bus.Peers[0].Rtt >= waited);
    }

    /// <summary>What no process that follows the protocol says ends the connection, and nothing else.</summary>
    [Theory]
    [InlineData("Publish", "")]
    [InlineData("Publish", "000000")]
    [InlineData("Publish", "00020000" + "61")]
    [InlineData("Publish", "00000000")]
    [InlineData("Publish", "00030000" + "612E2A")]
    [InlineData("Publish", "00010002" + "61612E")]
    [InlineData("Publish", "00010000" + "E4")]
    [InlineData("Subscribe", "")]
    [InlineData("Subscribe", "612E")]
    [InlineData("Subscribe", "3E2E61")]
    [InlineData("Subscribe", "610A")]
    [InlineData("Unsubscribe", "")]
    [InlineData("Ready", "")]
    [InlineData("Ping", "00")]
    [InlineData("Pong", "00")]
    [InlineData("NoResponder", "")]
    public async Task Frame_MalformedOrOutOfPlace_EndsTheConnection(string kind, string body)
    {
        using var peer = await JoinAsync();

        peer.SendFrame(Enum.Parse<FrameKind>(kind), Convert.FromHexString(body));

        peer.ReadToEnd();
        await LanBuses.UntilEndAsync(_bus, LanEnd.Garbled);
    }

    [Fact]
    public async Task Frame_LongerThanItsRecord_EndsTheConnection()
    {
        using var peer = await JoinAsync();

        peer.SendFrames([(byte)FrameKind.Ping, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8]);

        peer.ReadToEnd();
        await LanBuses.UntilEndAsync(_bus, LanEnd.Garbled);
    }

    /// <summary>Any change to what is on the way, a replay and an omission are noticed, and nothing of it is
    /// handled.</summary>
    [Fact]
    public async Task Record_ChangedReplayedOrLeftOut_EndsTheConnection()
    {
        var random = Seeds.Random();
        using var heard = Heard.At(_bus, "a");
        for (var round = 0; round < 30; round++)
        {
            using var peer = await JoinAsync();
            byte[] message = [4, 0, 0, 0, 6, 0, 1, 0, 0, (byte)'a', (byte)'x'];
            var record = peer.Seal(message);
            if (round % 3 == 0)
            {
                // Behind the length: a longer one would be waited for.
                var index = 4 + random.NextInt32(record.Length - 4);
                record[index] ^= (byte)(1 + random.NextInt32(255));
            }
            else if (round % 3 == 1)
            {
                record = peer.Seal(message);
            }
            else
            {
                peer.SendBytes(record);
                await heard.UntilAsync((round / 3) + 1);
            }

            peer.SendBytes(record);

            peer.ReadToEnd();
            await LanBuses.UntilEndAsync(_bus, LanEnd.Garbled);
        }

        Assert.Equal(10, heard.Messages.Count);
    }

    [Fact]
    public async Task Record_TooLong_EndsTheConnection()
    {
        using var peer = await JoinAsync();

        peer.SendBytes([0, 0x20, 0, 0]);

        peer.ReadToEnd();
        await LanBuses.UntilEndAsync(_bus, LanEnd.Garbled);
    }

    [Fact]
    public async Task Record_InSinglePieces_Understood()
    {
        using var heard = Heard.At(_bus, "a");
        using var peer = await JoinAsync();
        byte[] message = [4, 0, 0, 0, 6, 0, 1, 0, 0, (byte)'a', (byte)'x'];

        foreach (var part in peer.Seal(message))
        {
            peer.SendBytes([part]);
            await Task.Yield();
        }

        await heard.UntilAsync("x");
    }

    [Fact]
    public async Task Subscriptions_TooMany_EndTheConnection()
    {
        using var peer = await JoinAsync();
        var frame = new byte[FrameFormat.Bytes(6)];
        var frames = new List<byte>();
        for (var number = 0; number <= Bus.Lan.Links.LanInterest.PatternsMax; number++)
        {
            FrameFormat.Write(frame, FrameKind.Subscribe, number.ToString("x6").AsSpan());
            frames.AddRange(frame);
            if (frames.Count > 1 << 20)
            {
                peer.SendFrames([.. frames]);
                frames.Clear();
            }
        }

        peer.SendFrames([.. frames]);

        peer.ReadToEnd();
        await LanBuses.UntilEndAsync(_bus, LanEnd.Overrun);
    }

    /// <summary>The peer reads nothing, so one letter at most is on its way when what is urgent comes.</summary>
    [Fact]
    public async Task Publish_UrgentBehindLetters_OvertakesThem()
    {
        using var peer = await JoinSlowAsync("a", "urgent.*");
        PublishLetters();

        Assert.True(_bus.TryPublish("urgent.1", "1"u8));
        Assert.True(_bus.TryPublish("urgent.2", "2"u8));

        var subjects = Enumerable.Range(0, 5).Select(_ => peer.ReadMessage().Subject).ToList();
        Assert.InRange(subjects.IndexOf("urgent.1"), 0, 1);
        Assert.Equal(subjects.IndexOf("urgent.1") + 1, subjects.IndexOf("urgent.2"));
    }

    [Fact]
    public async Task Pong_BehindLetters_OvertakesThem()
    {
        using var heard = Heard.At(_bus, "b");
        using var peer = await JoinSlowAsync("a");
        PublishLetters();

        peer.SendFrame(FrameKind.Ping, new byte[8]);
        // Once this is heard, the ping was.
        peer.SendMessage("b", "1");
        await heard.UntilAsync("1");

        peer.ReadFrame(FrameKind.Pong);
        Assert.Equal("a", peer.ReadMessage().Subject);
        Assert.Equal("a", peer.ReadMessage().Subject);
    }

    /// <summary>Written in as many pieces as it takes: the cipher would notice any that is lost or doubled.</summary>
    [Fact]
    public async Task Publish_PeerReadsSlowly_AllComesWhole()
    {
        const int Count = 30;
        using var peer = RawPeer.Join(_bus, BusName, receiveBytes: 8192);
        peer.Subscribe("a");
        await LanBuses.UntilJoinedAsync(_bus);
        var random = Seeds.Random();
        var payloads = Enumerable
            .Range(0, Count)
            .Select(_ => new byte[random.NextInt32(PayloadBytesMax + 1)])
            .ToArray();
        var publishing = Task.Run(async () =>
        {
            foreach (var payload in payloads)
            {
                random.Fill(payload);
                Assert.True(await Wait.ForAsync(() => _bus.TryPublish("a", payload)));
            }
        });

        foreach (var payload in payloads)
        {
            Assert.Equal(payload, peer.ReadMessage().Payload);
        }

        await publishing;
    }

    /// <summary>A peer that reads no more costs its own messages, and nobody else's.</summary>
    [Fact]
    public async Task Publish_PeerReadsNoMore_DroppedForItAlone()
    {
        const int Count = 1000;
        await using var other = LanBuses.Start(LanBuses.Options("n2"));
        using var heard = Heard.At(other, "a");
        _bus.SetPeers([
            new(RawPeer.Name, new(System.Net.IPAddress.Loopback, 1)),
            LanBuses.PeerOf("n2", other),
        ]);
        other.SetPeers([LanBuses.PeerOf(BusName, _bus)]);
        using var stopped = RawPeer.Open(_bus, receiveBytes: 8192);
        stopped.Shake(BusName);
        stopped.Subscribe("a");
        await LanBuses.UntilJoinedAsync(_bus, other);

        var payload = new byte[32 * 1024];
        for (var number = 0; number < Count; number++)
        {
            Assert.True(_bus.TryPublish("a", payload));
            if (number % 50 == 0)
            {
                await heard.UntilAsync(number + 1);
            }
        }

        await heard.UntilAsync(Count);
        Assert.True(_bus.Peers.Single(peer => peer.Name is RawPeer.Name).Dropped > 0);
        Assert.Equal(0, _bus.Peers.Single(peer => peer.Name is "n2").Dropped);
    }

    [Fact]
    public async Task Request_PeerHasNobody_NoRespondersAtOnce()
    {
        using var peer = await JoinAsync("ask");

        var asking = AskAsync("ask");
        peer.SendFrame(FrameKind.NoResponder, Encoding.ASCII.GetBytes(peer.ReadMessage().ReplyTo));

        Assert.Equal(BusReplyStatus.NoResponders, (await asking).Status);
    }

    [Fact]
    public async Task Request_PeerGoes_TimedOutAtOnce()
    {
        using var peer = await JoinAsync("ask");

        var asking = AskAsync("ask");
        peer.ReadMessage();
        peer.Dispose();

        Assert.Equal(BusReplyStatus.TimedOut, (await asking).Status);
    }

    /// <summary>Somebody else may still answer.</summary>
    [Fact]
    public async Task Request_PeerHasNobodyAndThisProcessHas_Answered()
    {
        using var peer = await JoinAsync("ask");
        string? replyTo = null;
        using var own = _bus.Subscribe("ask", message => replyTo = message.ReplyTo);

        var asking = AskAsync("ask");
        peer.SendFrame(FrameKind.NoResponder, Encoding.ASCII.GetBytes(peer.ReadMessage().ReplyTo));
        peer.SendFrame(FrameKind.Ping, new byte[8]);
        peer.ReadFrame(FrameKind.Pong);
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref replyTo) is not null));
        Assert.False(asking.IsCompleted);
        _bus.TryPublish(replyTo!, "yes"u8);

        Assert.True((await asking).IsAnswered);
    }

    [Fact]
    public async Task Request_QueueOfThePeerFull_Unavailable()
    {
        using var peer = RawPeer.Join(_bus, BusName, receiveBytes: 8192);
        peer.Subscribe("ask");
        await LanBuses.UntilJoinedAsync(_bus);
        Assert.True(await Wait.ForAsync(() => !_bus.TryPublish("ask", new byte[1 << 20])));

        Assert.Equal(BusReplyStatus.Unavailable, (await AskAsync("ask", 1 << 20)).Status);
    }

    /// <summary>It was subscribed when the peer sent it, and is not any more.</summary>
    [Fact]
    public async Task Message_NobodyTakesThatAsks_IsAnsweredSo()
    {
        using var peer = await JoinAsync();

        peer.SendMessage("nobody", "", replyTo: "answer.here");

        Assert.Equal("answer.here", Text(peer.ReadFrame(FrameKind.NoResponder)));
    }

    [Fact]
    public async Task Peer_Silent_Dead()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                HeartbeatInterval = TimeSpan.FromMilliseconds(50),
                SilenceMax = TimeSpan.FromMilliseconds(400),
            }
        );
        using var peer = RawPeer.Join(bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(bus);

        peer.ReadToEnd();

        await LanBuses.UntilEndAsync(bus, LanEnd.Silent);
    }

    /// <summary>Bytes that are no record do not count as life.</summary>
    [Fact]
    public async Task Peer_SendsHalfARecordByteByByte_Dead()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                HeartbeatInterval = TimeSpan.FromMilliseconds(50),
                SilenceMax = TimeSpan.FromMilliseconds(400),
            }
        );
        using var peer = RawPeer.Join(bus, BusName);
        peer.Subscribe();
        await LanBuses.UntilJoinedAsync(bus);

        peer.SendBytes([0, 0, 0x40, 0]);
        var isOver = false;
        var dripping = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                peer.SendBytes([0]);
                await Task.Delay(10);
            }
        });
        await LanBuses.UntilEndAsync(bus, LanEnd.Silent);

        Volatile.Write(ref isOver, true);
        await dripping;
    }

    /// <summary>More waits for a peer than its socket takes, and it reads nothing: the bus ends without it.</summary>
    [Fact]
    public async Task Dispose_PeerThatDoesNotRead_HoldsUpNoLongerThanIsSet()
    {
        await using var bus = LanBuses.Start(
            LanBuses.Options(BusName) with
            {
                FinishWithin = TimeSpan.FromMilliseconds(100),
            }
        );
        using var peer = RawPeer.Join(bus, BusName);
        peer.Subscribe("a");
        await LanBuses.UntilJoinedAsync(bus);
        while (bus.TryPublish("a", new byte[100_000])) { }

        var watch = Stopwatch.StartNew();
        await bus.DisposeAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Peer_ConnectsAgain_TheNewConnectionReplacesTheOld()
    {
        using var heard = Heard.At(_bus, "a");
        using var first = await JoinAsync("b");
        first.SendMessage("a", "1");
        await heard.UntilAsync("1");

        using var second = RawPeer.Open(_bus);
        second.Shake(BusName);
        second.Subscribe("c");

        first.ReadToEnd();
        await LanBuses.UntilJoinedAsync(_bus);
        second.SendMessage("a", "2");
        await heard.UntilAsync("2");
        _bus.TryPublish("b", "old"u8);
        _bus.TryPublish("c", "new"u8);
        Assert.Equal("c", second.ReadMessage().Subject);
        Assert.Equal(1, _bus.Stats.Reconnects);
    }

    private int PayloadBytesMax => _bus.PayloadBytesMax;

    private static string Text(byte[] body) => Encoding.Latin1.GetString(body);

    private async Task<RawPeer> JoinAsync(params string[] patterns)
    {
        var peer = RawPeer.Join(_bus, BusName).Subscribe(patterns);
        await LanBuses.UntilJoinedAsync(_bus);

        // The bus's own first words.
        peer.ReadFrame(FrameKind.Ready);
        return peer;
    }

    private async Task<RawPeer> JoinSlowAsync(params string[] patterns)
    {
        var peer = RawPeer.Join(_bus, BusName, receiveBytes: 8192).Subscribe(patterns);
        await LanBuses.UntilJoinedAsync(_bus);
        return peer;
    }

    private void PublishLetters()
    {
        for (var count = 0; count < 3; count++)
        {
            Assert.True(_bus.TryPublish("a", new byte[1 << 20]));
        }
    }

    private Task<BusReply> AskAsync(string subject, int payloadBytes = 0) =>
        _bus.RequestAsync(
                subject,
                new byte[payloadBytes],
                TimeSpan.FromHours(1),
                CancellationToken.None
            )
            .AsTask()
            .WaitAsync(Patience.Longest);
}
