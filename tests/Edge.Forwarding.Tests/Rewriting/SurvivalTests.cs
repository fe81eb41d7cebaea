using System.Buffers.Binary;
using Edge.Forwarding.Rewriting;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.Rewriting;

/// <summary>Numbers of a rewriter and indices of SRTP together: both go on behind a bound, from states of different ages, and stay
/// the same 16 bits.</summary>
public sealed class SurvivalTests
{
    private const int HeaderBytes = 12;
    private const int Lives = 6;
    private const int StateBytesMax = 1 << 16;

    [Fact]
    public void Survive_AnyBoundsAndAges_NoNumberTwiceAndTheReceiverGuessesRight() =>
        Seeds.Check(
            (_, random) =>
            {
                using var run = new Run(random);
                for (var life = 0; life < Lives; life++)
                {
                    // Sent by a former owner: some of it is in the portrait, some is not.
                    run.Send(random.NextInt32(20_000));
                    run.Portray();
                    run.Send(random.NextInt32(20_000));
                    run.Survive();
                }
            },
            rounds: 15
        );

    /// <summary>A number that nobody sent is left free behind the bound, so that a picture cut there is seen not to be whole.</summary>
    [Theory]
    [InlineData(0, 10)]
    [InlineData(40, 50)]
    [InlineData(65_530, 4)]
    public void Survive_Begins_BehindOneFreeNumber(int passed, ushort number)
    {
        var rewriter = new SequenceRewriter(new(10));
        Assert.Equal(passed, rewriter.Survive(9 + passed));
        Assert.Equal(new(unchecked((ushort)(10 + passed))), rewriter.NextNumber);
        Begin(rewriter, firstIn: 5);
        Assert.True(rewriter.TryMap(0, 1, 5, out var sent, out _));
        Assert.Equal(unchecked((ushort)(number + 1)), unchecked((ushort)sent));
        Assert.True(sent > 65_536 + 9 + passed);
    }

    private static void Begin(SequenceRewriter rewriter, long firstIn) =>
        rewriter.Begin(
            new RewriteRun
            {
                FirstIn = firstIn,
                Epoch = 1,
                Timestamps = new(0, 0, TimestampMap.ScaleOne),
            }
        );

    private sealed class Run : IDisposable
    {
        private const uint Ssrc = 7;
        private const SrtpProfile Profile = SrtpProfile.AeadAes128Gcm;

        /// <summary>Reserved at most.</summary>
        private const int AheadMax = 1 << 14;

        /// <summary>How far behind what it has a receiver guesses right.</summary>
        private const int ReachMax = (1 << 15) - 1;

        private readonly Prng _random;
        private readonly byte[] _exported = new byte[SrtpKeyingMaterial.ExportedBytes(Profile)];
        private readonly byte[] _packet = new byte[100];
        private readonly HashSet<long> _used = [];
        private readonly SrtpSession _receiver;
        private SrtpSession _sender;
        private SequenceRewriter _rewriter;
        private byte[] _ofRewriter = [];
        private long _bound;
        private long _heard;
        private long _in = 1000;

        public Run(Prng random)
        {
            _random = random;
            random.Fill(_exported);
            _receiver = Create(DtlsRole.Server);
            _sender = Create(DtlsRole.Client);
            var first = (ushort)random.NextInt32(1 << 15);
            _rewriter = new SequenceRewriter(new(first));
            _bound = first - 1;
            _heard = _bound;
            _sender.LimitIndices();
            Begin(_rewriter, _in);
        }

        public void Send(int packets)
        {
            for (var packet = 0; packet < packets; packet++)
            {
                if (_sender.HasLapsed || Used == _bound)
                {
                    Raise();
                }

                // Now and then something is lost on its way to us: its number is given and not used.
                _in += 1 + (_random.NextInt32(100) == 0 ? _random.NextInt32(20) : 0);
                Assert.True(_rewriter.TryMap(0, 1, _in, out var number, out _));
                Assert.True(_rewriter.TryMark(number, marker: true));
                var length = Protect(unchecked((ushort)number));
                if (length == 0)
                {
                    Assert.True(_sender.HasLapsed);
                    continue;
                }

                Assert.True(_used.Add(Used), $"{Used} is used twice.");
                Assert.Equal(unchecked((ushort)number), unchecked((ushort)Used));
                Assert.True(Used <= _bound);
                if (_random.NextInt32(5) != 0)
                {
                    Assert.Equal(
                        SrtpError.None,
                        _receiver.UnprotectRtp(_packet.AsSpan(0, length), out _)
                    );
                    _heard = Used;
                }
            }
        }

        public void Portray()
        {
            using var ofRewriter = new StateWriter(Instant.Zero, StateBytesMax);
            _rewriter.Write(ofRewriter, followed: 1);
            _ofRewriter = ofRewriter.Written.ToArray();
        }

        public void Survive()
        {
            var former = _sender;
            var reader = new StateReader(_ofRewriter, Instant.Zero);
            _rewriter = SequenceRewriter.TryRead(ref reader)!;
            _sender = Create(DtlsRole.Client);
            Assert.True(_sender.Advance(Bound));
            Assert.InRange(_rewriter.Survive(_bound), 0, 65_535);
            _sender.LimitIndices();
            Begin(_rewriter, _in);
            // The former one may wake at any time, and send what it was granted.
            if (_random.NextInt32(2) == 0)
            {
                Wake(former);
            }

            former.Dispose();
            Raise();
        }

        public void Dispose()
        {
            _sender.Dispose();
            _receiver.Dispose();
        }

        private void Wake(SrtpSession former)
        {
            var own = _sender;
            _sender = former;
            while (Used < _bound && Protect(unchecked((ushort)(Used + 1))) > 0)
            {
                Assert.True(_used.Add(Used), $"{Used} is used twice.");
            }

            _sender = own;
        }

        private IndexBound Bound => new(IndexSpace.Rtp, new Ssrc(Ssrc), _bound);

        private long Used
        {
            get
            {
                var uses = new List<IndexUse>();
                _sender.ListIndices(uses);
                return uses.Count == 1 ? -1 : uses[1].Used;
            }
        }

        private void Raise()
        {
            var wanted = Math.Max(Used, 0) + 1 + _random.NextInt32(AheadMax);
            _bound = Math.Max(_bound, Math.Min(wanted, _heard + ReachMax));
            Assert.True(_sender.Grant(Bound, askAfter: 0));
        }

        private int Protect(ushort number)
        {
            _packet.AsSpan().Clear();
            _packet[0] = 0x80;
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), number);
            BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(8), Ssrc);
            return _sender.ProtectRtp(_packet, HeaderBytes, prefixLength: 20, []);
        }

        private SrtpSession Create(DtlsRole role) =>
            new(SrtpKeyingMaterial.FromExporter(Profile, role, _exported), SrtpCiphers.Best);
    }
}
