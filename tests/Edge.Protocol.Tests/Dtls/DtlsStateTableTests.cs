using System.Globalization;
using System.Text;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Dtls;

/// <summary>Every state of an association with every input, reviewed as one table. The engines are the
/// seeded doubles, which answer as libssl does (DtlsDoubleTests).</summary>
public sealed class DtlsStateTableTests
{
    private static readonly (string Name, Action<Subject> Apply)[] Inputs =
    [
        ("Start", static s => s.Association.Start(s.Now)),
        ("Peer's next flight", static s => s.DeliverNext()),
        ("Peer's last flight again", static s => s.DeliverLastAgain()),
        ("Hello of another", static s => s.Deliver(s.HelloOfAnother())),
        ("Flight of a wrong certificate", static s => s.DeliverImpostor()),
        ("Message out of place", static s => s.Deliver(Record(22, 0, [20, .. new byte[11]]))),
        ("Alert in the clear", static s => s.Deliver(Record(21, 0, [2, 40]))),
        ("Protected junk", static s => s.Deliver(Record(21, 1, new byte[40]))),
        ("No record", static s => s.Deliver([22, 0xFE, 0xFD])),
        ("Peer's goodbye", static s => s.DeliverGoodbye()),
        ("Keys used", static s => s.Association.HandleKeysUsed()),
        ("Silence for 60 ms", static s => s.Wait(TimeSpan.FromMilliseconds(60))),
        ("Silence for 21 s", static s => s.Wait(TimeSpan.FromSeconds(21))),
        ("Close", static s => s.Association.Close(s.Now)),
    ];

    /// <summary>How an association is brought somewhere: all its states, the handshake before and after
    /// the first answer, the connection before and after its keys were used.</summary>
    private enum Stage
    {
        New,
        Started,
        Answered,
        Connected,
        KeysUsed,
        Closed,
        Failed,
    }

    [Theory]
    [InlineData(DtlsRole.Server)]
    [InlineData(DtlsRole.Client)]
    public void EveryState_EveryInput_MatchesTheTable(DtlsRole role)
    {
        var text = new StringBuilder();
        foreach (var stage in Enum.GetValues<Stage>())
        {
            foreach (var (name, apply) in Inputs)
            {
                using var subject = Reach(role, stage);
                subject.Observe();
                apply(subject);
                text.Append($"{stage, -10}{name, -31}-> {subject.Observe()}".TrimEnd())
                    .Append('\n');
            }
        }

        var table = text.ToString();
        if (role == DtlsRole.Server)
        {
            Golden.Match("dtls/states-server.txt", table);
        }
        else
        {
            Golden.Match("dtls/states-client.txt", table);
        }
    }

    [Theory]
    [InlineData(DtlsRole.Client)]
    [InlineData(DtlsRole.Server)]
    public void Dispose_Connected_KeysAreErased(DtlsRole role)
    {
        var subject = Reach(role, Stage.Connected);
        var keys = subject.Association.Keys!;
        subject.Dispose();
        Assert.Null(subject.Association.Keys);
        Assert.False(keys.LocalKey.ContainsAnyExcept((byte)0));
        Assert.False(keys.RemoteSalt.ContainsAnyExcept((byte)0));
    }

    private static Subject Reach(DtlsRole role, Stage stage)
    {
        var subject = new Subject(role);
        if (stage == Stage.New)
        {
            return subject;
        }

        subject.Association.Start(subject.Now);
        subject.Peer.Start(subject.Now);
        switch (stage)
        {
            case Stage.Answered:
                subject.Observe();
                subject.DeliverNext();
                break;
            case Stage.Connected:
            case Stage.KeysUsed:
                subject.Connect();
                break;
            case Stage.Closed:
                subject.Association.Close(subject.Now);
                break;
            case Stage.Failed:
                subject.Wait(TimeSpan.FromSeconds(21));
                break;
            case Stage.New:
            case Stage.Started:
            default:
                break;
        }

        if (stage == Stage.KeysUsed)
        {
            subject.Association.HandleKeysUsed();
        }

        return subject;
    }

    private static byte[] Record(byte type, byte epoch, byte[] fragment) =>
        [type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, 77, 0, (byte)fragment.Length, .. fragment];

    /// <summary>An association, its peer, and what was seen of it so far.</summary>
    private sealed class Subject : IDisposable
    {
        private readonly DtlsRole _role;
        private readonly byte[] _buffer = new byte[2048];
        private readonly DtlsDouble _engines = new(Prng.FromNumber(1));
        private byte[] _lastOfPeer = [];
        private DtlsStats _stats;

        public Subject(DtlsRole role)
        {
            _role = role;
            var peers = new DtlsDouble(Prng.FromNumber(2));
            Association = new(
                _engines,
                role,
                [peers.LocalFingerprint],
                DtlsOptions.Default,
                OpenSslSrtpCipherFactory.Instance
            );
            Peer = PeerOf(peers);
        }

        public DtlsAssociation Association { get; }

        public DtlsAssociation Peer { get; }

        public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

        public void Deliver(byte[] datagram) => Association.HandleDatagram(datagram, Now);

        public void DeliverNext()
        {
            foreach (var datagram in Take(Peer))
            {
                _lastOfPeer = datagram;
                Deliver(datagram);
            }
        }

        public void DeliverLastAgain()
        {
            DeliverNext();
            Observe();
            Deliver(_lastOfPeer);
        }

        public void DeliverGoodbye()
        {
            Peer.Close(Now);
            DeliverNext();
        }

        /// <summary>Somebody else answers in the peer's place, as far as he gets.</summary>
        public void DeliverImpostor()
        {
            using var impostor = PeerOf(new DtlsDouble(Prng.FromNumber(3)));
            impostor.Start(Now);
            if (_role == DtlsRole.Client)
            {
                using var again = new Subject(_role);
                again.Association.Start(Now);
                foreach (var hello in Take(again.Association))
                {
                    impostor.HandleDatagram(hello, Now);
                }
            }

            for (var round = 0; round < 4; round++)
            {
                foreach (var datagram in Take(impostor))
                {
                    Deliver(datagram);
                }

                foreach (var datagram in Take(Association))
                {
                    impostor.HandleDatagram(datagram, Now);
                }
            }
        }

        public byte[] HelloOfAnother()
        {
            using var another = new DtlsAssociation(
                new DtlsDouble(Prng.FromNumber(4)),
                DtlsRole.Client,
                [_engines.LocalFingerprint],
                DtlsOptions.Default,
                OpenSslSrtpCipherFactory.Instance
            );
            another.Start(Now);
            return Take(another)[0];
        }

        public void Connect()
        {
            while (Association.State != DtlsState.Connected || Peer.State != DtlsState.Connected)
            {
                DeliverNext();
                foreach (var datagram in Take(Association))
                {
                    Peer.HandleDatagram(datagram, Now);
                }
            }
        }

        public void Wait(TimeSpan duration)
        {
            var end = Now + duration;
            while (Association.PollTimeout() <= end)
            {
                Now = Instant.Max(Now, Association.PollTimeout());
                Association.HandleTimeout(Now);
            }

            Now = end;
        }

        /// <summary>What happened since the last call, in words; the peer hears what was sent.</summary>
        public string Observe()
        {
            var text = new StringBuilder($"{Association.State, -12}");
            var sent = Take(Association);
            foreach (var group in sent.GroupBy(Name, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"sends {group.Count()} {group.Key}; ");
            }

            sent.ForEach(datagram => Peer.HandleDatagram(datagram, Now));

            while (Association.PollEvent(out var occurred))
            {
                text.Append($"event {occurred.Kind} {occurred.Failure}; ");
            }

            var stats = Association.Stats;
            Append(text, "ignored", stats.RecordsIgnored - _stats.RecordsIgnored);
            Append(text, "engines failed", stats.EnginesFailed - _stats.EnginesFailed);
            Append(text, "flights repeated", stats.FlightsRepeated - _stats.FlightsRepeated);
            text.Append(Association.PollTimeout().IsSet ? "timer set" : "no timer");
            _stats = stats;
            return text.ToString();
        }

        public void Dispose()
        {
            Association.Dispose();
            Peer.Dispose();
        }

        private static void Append(StringBuilder text, string what, long count)
        {
            if (count != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{what} {count}; ");
            }
        }

        private static string Name(byte[] datagram) =>
            (datagram[0], datagram[13]) switch
            {
                (21, _) => "goodbye",
                (_, 1) => "ClientHello",
                (_, 2) => "ServerHello",
                (_, 11) => "client's last flight",
                _ => "server's last flight",
            };

        private DtlsAssociation PeerOf(DtlsDouble engines) =>
            new(
                engines,
                _role == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server,
                [_engines.LocalFingerprint],
                DtlsOptions.Default,
                OpenSslSrtpCipherFactory.Instance
            );

        private List<byte[]> Take(DtlsAssociation from)
        {
            var taken = new List<byte[]>();
            int length;
            while ((length = from.PollTransmit(_buffer)) > 0)
            {
                taken.Add(_buffer[..length]);
            }

            return taken;
        }
    }
}
