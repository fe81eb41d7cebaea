using Edge.Native.OpenSsl;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Our record layer opposite libssl and opposite itself, in every arrangement.</summary>
public sealed class DtlsRecordLayerTests
{
    private static readonly byte[] Ping = "ping"u8.ToArray();
    private static readonly byte[] Pong = "pong"u8.ToArray();

    /// <summary>Suites, and whether the record layer knows them.</summary>
    public static TheoryData<string, bool> Suites =>
        new()
        {
            { "ECDHE-ECDSA-AES128-GCM-SHA256", true },
            { "ECDHE-ECDSA-AES256-GCM-SHA384", true },
            { "ECDHE-ECDSA-CHACHA20-POLY1305", false },
            { "ECDHE-ECDSA-AES128-SHA", false },
        };

    /// <summary>Who has let its engine go: bit 0 the client, bit 1 the server. Who closes: bit 2.</summary>
    [Theory]
    [MemberData(nameof(Suites))]
    public void Close_EveryArrangement_BothEndsHearIt(string suite, bool isKnown)
    {
        for (var arrangement = 0; arrangement < 8; arrangement++)
        {
            using var engines = new SuiteEngines(suite);
            using var pair = DtlsFixture.Pair(client: engines).Start();
            pair.RunUntil(p => p.IsConnected).RunFor(20);
            LetGo(pair, arrangement);
            ((arrangement & 4) != 0 ? pair.Client : pair.Server).Close(pair.Now);
            pair.Drain();
            pair.RunFor(50);

            Assert.Equal(DtlsState.Closed, pair.Client.State);
            Assert.Equal(DtlsState.Closed, pair.Server.State);
            var events = (arrangement & 4) != 0 ? pair.ServerEvents : pair.ClientEvents;
            Assert.Equal(DtlsEventKind.ClosedByPeer, events[^1].Kind);
            Assert.Equal((arrangement & 1) != 0 && isKnown, engines.IsLastDisposed);
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Data_EveryArrangement_ArrivesBothWays(string suite, bool isKnown)
    {
        for (var arrangement = 0; arrangement < 4; arrangement++)
        {
            using var engines = new SuiteEngines(suite);
            using var pair = DtlsFixture.Pair(client: engines).Start();
            pair.RunUntil(p => p.IsConnected).RunFor(20);
            LetGo(pair, arrangement);
            for (var round = 0; round < 3; round++)
            {
                Assert.True(pair.Send(fromServer: false, Ping));
                pair.RunFor(20);
                Assert.True(pair.Send(fromServer: true, Pong));
                pair.RunFor(20);
            }

            Assert.Equal(6, pair.Received.Count);
            Assert.Equal(Ping, pair.Received[0].Data);
            Assert.Equal(Pong, pair.Received[1].Data);
            Assert.Equal(isKnown, engines.IsLastDisposed);
        }
    }

    /// <summary>The peer's data shows that it has our last flight: the engine goes by itself.</summary>
    [Fact]
    public void Data_FirstFromThePeer_LetsTheEngineGo()
    {
        using var engines = new SuiteEngines("ECDHE-ECDSA-AES128-GCM-SHA256");
        using var pair = DtlsFixture.Pair(client: engines).Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        Assert.False(engines.IsLastDisposed);
        pair.Send(fromServer: true, Pong);
        pair.RunFor(20);

        Assert.True(engines.IsLastDisposed);
    }

    /// <summary>Data may overtake the last flight, and the last flight may be lost: whoever lacks it gets it
    /// again under numbers that were not used.</summary>
    [Fact]
    public void Data_LastFlightLost_HandshakeCompletesAndDataFlows()
    {
        using var pair = DtlsFixture.Pair();
        var lost = 0;
        pair.Link = (toServer, _) =>
            !toServer && pair.Server.State == DtlsState.Connected && lost++ < 2
                ? []
                : [TimeSpan.Zero];
        pair.Start().RunUntil(p => p.Server.State == DtlsState.Connected);
        Assert.True(pair.Send(fromServer: true, Pong));
        pair.RunUntil(p => p.IsConnected).RunFor(200);
        Assert.True(pair.Send(fromServer: false, Ping));
        Assert.True(pair.Send(fromServer: true, Pong));
        pair.RunFor(50);

        Assert.True(lost >= 2);
        Assert.Contains(pair.Received, item => item.ToServer && item.Data.SequenceEqual(Ping));
        Assert.Contains(pair.Received, item => !item.ToServer && item.Data.SequenceEqual(Pong));
        AssertNumbersUnique(pair);
    }

    /// <summary>No number is used twice across the hand-over, whatever was sent before it.</summary>
    [Fact]
    public void Data_AcrossTheHandOver_NumbersAreUnique()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        for (var index = 0; index < 4; index++)
        {
            pair.Send(fromServer: true, Pong);
        }

        pair.Server.HandleKeysUsed();
        for (var index = 0; index < 4; index++)
        {
            pair.Send(fromServer: true, Pong);
        }

        pair.RunFor(20);
        Assert.Equal(8, pair.Received.Count);
        AssertNumbersUnique(pair);
    }

    [Fact]
    public void Data_Replayed_IsIgnored()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        pair.Send(fromServer: false, Ping);
        pair.RunFor(20);
        pair.Server.HandleKeysUsed();
        pair.Send(fromServer: false, Pong);
        pair.RunFor(20);
        var (before, after) = (pair.Sent[^2].Datagram, pair.Sent[^1].Datagram);
        var ignored = pair.Server.Stats.RecordsIgnored;
        pair.Deliver(toServer: true, before);
        pair.Deliver(toServer: true, after);

        Assert.Equal(2, pair.Received.Count);
        Assert.Equal(ignored + 2, pair.Server.Stats.RecordsIgnored);
    }

    [Fact]
    public void Data_Reordered_ArrivesOnceEach()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        pair.Server.HandleKeysUsed();
        pair.Link = (_, datagram) => [TimeSpan.FromMilliseconds(datagram[10] % 7), TimeSpan.Zero];
        for (byte index = 0; index < 50; index++)
        {
            pair.Send(fromServer: false, [index]);
        }

        pair.RunFor(100);
        Assert.Equal(
            Enumerable.Range(0, 50),
            pair.Received.Select(item => (int)item.Data[0]).Order()
        );
    }

    [Fact]
    public void TryOpen_AnyBitChanged_False()
    {
        var keys = Keys();
        using var sender = new DtlsRecordLayer(keys, OpenSslSrtpCipherFactory.Instance, 0);
        var record = new byte[256];
        Ping.CopyTo(record, DtlsRecordLayer.TextOffset);
        var length = sender.Seal(23, record, Ping.Length);
        using var receiver = new DtlsRecordLayer(
            keys with
            {
                ReadKey = [.. keys.WriteKey],
                ReadSalt = keys.WriteSalt,
            },
            OpenSslSrtpCipherFactory.Instance,
            0
        );
        for (var bit = 0; bit < length * 8; bit++)
        {
            var forged = record[..length];
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            // The length field is what the caller cut the record by.
            var isLength = bit / 8 is 11 or 12;
            Assert.True(isLength || !receiver.TryOpen(forged, out _), $"bit {bit}");
        }

        Assert.True(receiver.TryOpen(record.AsSpan(0, length), out var text));
        Assert.Equal(Ping, text.ToArray());
    }

    [Fact]
    public void Seal_NumbersUsedUp_Refuses()
    {
        var keys = Keys() with { SentNumber = 0x0001_FFFF_FFFF_FFFE };
        using var layer = new DtlsRecordLayer(keys, OpenSslSrtpCipherFactory.Instance, 0);
        var record = new byte[256];

        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.Equal(0, layer.Seal(23, record, 4));
    }

    [Fact]
    public void Seal_NumberNotGranted_RefusesUntilItIs()
    {
        using var layer = new DtlsRecordLayer(Keys(), OpenSslSrtpCipherFactory.Instance, 0);
        var record = new byte[256];
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        layer.LimitNumbers();
        Assert.Equal(0, layer.Seal(23, record, 4));
        Assert.True(layer.HasLapsed);

        layer.Grant(last: 4, askAfter: 2);
        layer.HandleAsked();
        layer.LimitNumbers();
        Assert.False(layer.HasLapsed);
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.False(layer.IsWanting);
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.True(layer.IsWanting);
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.Equal(new IndexUse(new(IndexSpace.Record, default, 4), 4), layer.Numbers);
        Assert.Equal(0, layer.Seal(23, record, 4));
        Assert.True(layer.HasLapsed);
    }

    /// <summary>Numbers go on where they were, and who limits them again begins there.</summary>
    [Fact]
    public void LiftLimits_AfterARefusal_SealsAsIfThereHadBeenNone()
    {
        using var layer = new DtlsRecordLayer(Keys(), OpenSslSrtpCipherFactory.Instance, 0);
        var record = new byte[256];
        layer.LimitNumbers();
        layer.Grant(last: 2, askAfter: 0);
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.Equal(0, layer.Seal(23, record, 4));
        Assert.True(layer.HasLapsed);
        Assert.True(layer.IsWanting);

        layer.LiftLimits();
        Assert.False(layer.HasLapsed);
        Assert.False(layer.IsWanting);
        for (var number = 3; number < 100; number++)
        {
            Assert.NotEqual(0, layer.Seal(23, record, 4));
            Assert.Equal(number, NumberAt(record, 5));
        }

        Assert.False(layer.IsWanting);
        layer.LimitNumbers();
        Assert.Equal(0, layer.Seal(23, record, 4));
        Assert.Equal(new IndexUse(new(IndexSpace.Record, default, 99), 99), layer.Numbers);
    }

    /// <summary>A number is used once, also where nothing limits it.</summary>
    [Fact]
    public void LiftLimits_NumbersUsedUp_StillRefuses()
    {
        var keys = Keys() with { SentNumber = 0x0001_FFFF_FFFF_FFFE };
        using var layer = new DtlsRecordLayer(keys, OpenSslSrtpCipherFactory.Instance, 0);
        var record = new byte[256];
        layer.LimitNumbers();
        layer.LiftLimits();

        Assert.NotEqual(0, layer.Seal(23, record, 4));
        Assert.Equal(0, layer.Seal(23, record, 4));
    }

    /// <summary>Limits that were lifted before there was a record layer do not come with it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LiftLimits_BeforeOrAfterTheHandOver_DataFlows(bool isBefore)
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.Server.LimitNumbers();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        if (isBefore)
        {
            pair.Server.LiftLimits();
        }

        pair.Server.HandleKeysUsed();
        Assert.Equal(isBefore, pair.Send(fromServer: true, Ping));
        pair.Server.LiftLimits();
        Assert.False(pair.Server.HasLapsed);
        Assert.True(pair.Send(fromServer: true, Pong));
        Assert.True(pair.Send(fromServer: true, Pong));
        pair.RunFor(20);
        Assert.Equal(isBefore ? 3 : 2, pair.Received.Count);
        AssertNumbersUnique(pair);
    }

    /// <summary>The library's records are free; those of the record layer are not from the first one on.</summary>
    [Fact]
    public void Data_LimitedBeforeTheHandOver_WaitsForAGrant()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.Server.LimitNumbers();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        Assert.True(pair.Send(fromServer: true, Pong));
        Assert.False(pair.Server.Grant(last: 1000, askAfter: 500));
        pair.Server.HandleKeysUsed();
        Assert.False(pair.Send(fromServer: true, Pong));
        Assert.True(pair.Server.HasLapsed);
        Assert.True(pair.Server.Grant(pair.Server.Numbers!.Value.Used + 1, askAfter: 0));
        Assert.True(pair.Send(fromServer: true, Pong));
        Assert.False(pair.Send(fromServer: true, Pong));
        pair.RunFor(20);
        Assert.Equal(2, pair.Received.Count);
        AssertNumbersUnique(pair);
    }

    /// <summary>Who goes on writes no number and no nonce of those that the former one may have used, and is understood.</summary>
    [Fact]
    public void Advance_OldState_GoesOnBehindTheBound()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        pair.Server.HandleKeysUsed();
        pair.Send(fromServer: true, Pong);
        var used = pair.Server.Numbers!.Value.Used;
        Assert.True(pair.Server.Advance(used + 1000));
        Assert.True(pair.Server.Advance(used + 10));
        Assert.Equal(used + 1000, pair.Server.Numbers.Value.Used);
        pair.Send(fromServer: true, Pong);
        pair.RunFor(20);

        Assert.Equal(2, pair.Received.Count);
        var (before, after) = (pair.Sent[^2].Datagram, pair.Sent[^1].Datagram);
        Assert.Equal(1001, NumberAt(after, 5) - NumberAt(before, 5));
        Assert.Equal(1001, NumberAt(after, 15) - NumberAt(before, 15));
    }

    [Fact]
    public void AdvanceReceived_RecordsUpToIt_AreNotReadAgain()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        pair.Server.HandleKeysUsed();
        pair.Link = (_, _) => [];
        pair.Send(fromServer: false, Ping);
        pair.Send(fromServer: false, Pong);
        pair.RunFor(20);
        var (first, second) = (pair.Sent[^2].Datagram, pair.Sent[^1].Datagram);
        Assert.True(pair.Server.AdvanceReceived(NumberAt(first, 5)));
        pair.Deliver(toServer: true, first);
        pair.Deliver(toServer: true, second);
        Assert.Equal(Pong, Assert.Single(pair.Received).Data);
    }

    [Fact]
    public void Seal_TooShortDestination_Refuses()
    {
        using var layer = new DtlsRecordLayer(Keys(), OpenSslSrtpCipherFactory.Instance, 0);

        Assert.Equal(0, layer.Seal(23, new byte[40], 4));
    }

    private static DtlsRecordKeys Keys() =>
        new()
        {
            WriteKey = [.. Enumerable.Range(0, 16).Select(value => (byte)value)],
            WriteSalt = [1, 2, 3, 4],
            ReadKey = [.. Enumerable.Range(50, 16).Select(value => (byte)value)],
            ReadSalt = [5, 6, 7, 8],
            SentNumber = 0x0001_0000_0000_0000,
            SentNonce = 99,
        };

    /// <summary>The last six bytes of a number.</summary>
    private static long NumberAt(byte[] record, int offset) =>
        Convert.ToInt64(Convert.ToHexString(record.AsSpan(offset, 6)), 16);

    private static void LetGo(DtlsPair pair, int arrangement)
    {
        if ((arrangement & 1) != 0)
        {
            pair.Client.HandleKeysUsed();
        }

        if ((arrangement & 2) != 0)
        {
            pair.Server.HandleKeysUsed();
        }
    }

    private static void AssertNumbersUnique(DtlsPair pair)
    {
        var seen = new HashSet<(bool, string)>();
        foreach (var (_, toServer, datagram) in pair.Sent)
        {
            Span<byte> rest = datagram;
            while (rest.Length > 13)
            {
                var length = 13 + (rest[11] << 8) + rest[12];
                var isProtected = rest[4] == 1;
                var number = Convert.ToHexString(rest[3..11]);
                Assert.True(!isProtected || seen.Add((toServer, number)), $"{number} twice.");
                rest = rest[length..];
            }
        }
    }

    /// <summary>Makes engines of one cipher suite and tells whether the last was let go.</summary>
    private sealed class SuiteEngines(string suite) : IDtlsEngineFactory, IDisposable
    {
        private readonly OpenSslDtlsEngineFactory _engines = new(
            DtlsFixture.Certificate,
            "SRTP_AEAD_AES_128_GCM",
            suite
        );

        private OpenSslDtlsEngine? _last;

        public bool IsLastDisposed => _last!.IsDisposed;

        public CertificateFingerprint LocalFingerprint => _engines.LocalFingerprint;

        public IDtlsEngine Create(DtlsRole role) =>
            _last = (OpenSslDtlsEngine)_engines.Create(role);

        public void Dispose() => _engines.Dispose();
    }
}
