using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>Whatever publishers, networks and viewers do: what is sent has no repeat and no
/// unexplained gap, and no claim is lost.</summary>
public sealed class TrackPropertyTests
{
    private static readonly ushort[] WrapNeighbours =
    [
        0,
        1,
        127,
        128,
        129,
        32_767,
        32_768,
        32_769,
        65_534,
        65_535,
    ];

    private static readonly Rid[] Rids = [Rid.Create("a"), Rid.Create("b"), Rid.Create("c")];

    [Theory]
    [InlineData(CodecKind.Vp8, 0)]
    [InlineData(CodecKind.H264, 0)]
    [InlineData(CodecKind.Opus, 0)]
    [InlineData(CodecKind.Vp8, 5)]
    [InlineData(CodecKind.H264, 25)]
    public void Forward_AnySchedule_NoRepeatNoUnexplainedGapNoLeak(CodecKind codec, int waitMs) =>
        Seeds.Check(
            random => new Schedule(codec, waitMs, random).Run(),
            rounds: 25,
            nameof(Forward_AnySchedule_NoRepeatNoUnexplainedGapNoLeak) + codec + waitMs
        );

    /// <summary>One random life of a track: what happens each 10 ms is drawn.</summary>
    private sealed class Schedule
    {
        private const int Steps = 1500;

        private readonly TrackBench _bench;
        private readonly Prng _random;
        private readonly CodecKind _codec;
        private readonly List<SyntheticLayer> _layers = [];
        private readonly List<(double DueMs, TrackPacket Packet)> _inFlight = [];
        private readonly HashSet<(ushort, byte, long)> _received = [];
        private readonly List<(Subscription Subscription, List<SentPacket> Sent)> _viewers = [];
        private readonly double _loss;
        private readonly int _spreadMs;
        private ushort _epoch;
        private int _activeLayers;
        private int _keyFrameInterval;

        public Schedule(CodecKind codec, int waitMs, Prng random)
        {
            _codec = codec;
            _random = random;
            _loss = random.NextInt32(3) * 0.03;
            _spreadMs = random.NextInt32(3) * 20;
            _epoch = (ushort)(65_533 + random.NextInt32(3));
            _bench = new TrackBench(
                codec,
                new TrackOptions
                {
                    VideoCachePackets = random.NextInt32(3) == 0 ? 128 : 1024,
                    PictureWait = TimeSpan.FromMilliseconds(waitMs),
                }
            );
        }

        public void Run()
        {
            NewSource();
            for (var step = 0; step < Steps; step++)
            {
                Disturb();
                if (step % 3 == 0)
                {
                    Publish(step / 3);
                }

                _bench.AdvanceTo(_bench.NowMs + 10);
                Deliver(_bench.NowMs);
            }

            Deliver(double.MaxValue);
            foreach (var (_, sent) in _viewers)
            {
                Expect.Continuous(
                    sent,
                    (epoch, layer, number) => _received.Contains((epoch, layer, number)),
                    _codec
                );
                RetransmissionsAreTheSame(sent);
            }

            Assert.Contains(_viewers, viewer => viewer.Sent.Count > 100);
            _bench.Track.Close();
            Assert.Equal(_bench.Pool.Slots, _bench.Pool.CountFree());
        }

        /// <summary>Any jump that is one: of less than five seconds a track thinks nothing, and passes on
        /// what the publisher says.</summary>
        private uint Jump()
        {
            var least = 6 * _bench.Track.Description.ClockRate;
            return least + (_random.NextUInt32() % (uint.MaxValue - (2 * least)));
        }

        private void Disturb()
        {
            switch (_random.NextInt32(400))
            {
                case 0:
                    NewSource();
                    break;
                case 1:
                    _bench.Track.EndSource(_bench.Now);
                    NewSource();
                    break;
                case 2 or 3 or 4 or 5:
                    _activeLayers = 1 + _random.NextInt32((1 << _layers.Count) - 1);
                    break;
                case 6:
                    _bench.Track.ShrinkCache(
                        TimeSpan.FromMilliseconds(500 * _random.NextInt32(3)),
                        _bench.Now
                    );
                    break;
                case 7 or 8:
                    _keyFrameInterval = 10 + _random.NextInt32(200);
                    break;
                case 9 when _viewers.Count > 0:
                    _layers[0].ClockJump += Jump();
                    break;
                case < 20 when _viewers.Count < 6:
                    _viewers.Add(
                        _bench.Join(
                            WrapNeighbours[_random.NextInt32(WrapNeighbours.Length)],
                            _random.NextUInt32()
                        )
                    );
                    break;
                case < 60 when _viewers.Count > 0:
                    DisturbViewer(_viewers[_random.NextInt32(_viewers.Count)]);
                    break;
                default:
                    break;
            }
        }

        private void DisturbViewer((Subscription Subscription, List<SentPacket> Sent) viewer)
        {
            switch (_random.NextInt32(5))
            {
                case 0:
                    _bench.Track.Detach(viewer.Subscription);
                    _bench.Track.Attach(viewer.Subscription, _bench.Now);
                    break;
                case 1:
                    _bench.Track.SetPreferredRid(
                        viewer.Subscription,
                        _random.NextInt32(2) == 0 ? default : Rids[_random.NextInt32(3)],
                        (LayerFallback)_random.NextInt32(3),
                        _bench.Now
                    );
                    break;
                case 2:
                    _bench.Track.HandleKeyFrameRequest(viewer.Subscription, _bench.Now);
                    break;
                default:
                    if (viewer.Sent.Count > 0)
                    {
                        var last = viewer.Sent[^1].Out;
                        _bench.Nack(viewer.Subscription, last + 3 - _random.NextInt32(300));
                    }

                    break;
            }
        }

        private void NewSource()
        {
            _epoch++;
            _layers.Clear();
            _keyFrameInterval = 10 + _random.NextInt32(100);
            var count = _codec == CodecKind.Opus ? 1 : 1 + _random.NextInt32(3);
            for (byte index = 0; index < count; index++)
            {
                _layers.Add(
                    new SyntheticLayer(
                        _codec,
                        _epoch,
                        index,
                        WrapNeighbours[_random.NextInt32(WrapNeighbours.Length)],
                        _random.NextUInt32(),
                        _bench.Track.Description.ClockRate
                    )
                    {
                        PacketsPerFrame = _codec == CodecKind.Opus ? 1 : 1 + _random.NextInt32(5),
                        IsShortPictureId = _random.NextInt32(2) == 0,
                    }
                );
            }

            _activeLayers = (1 << count) - 1;
            if (_random.NextInt32(4) != 0)
            {
                _bench.Track.StartSource(_epoch, Rids.AsSpan(0, count), _bench.Now);
            }
        }

        private void Publish(int frame)
        {
            for (var index = 0; index < _layers.Count; index++)
            {
                if ((_activeLayers & (1 << index)) == 0)
                {
                    continue;
                }

                var isKeyFrame = frame % _keyFrameInterval == 0;
                foreach (var packet in _layers[index].Frame(_bench.Pool, isKeyFrame, _bench.Now))
                {
                    Transmit(packet);
                }

                for (var padding = _random.NextInt32(12); padding is > 0 and < 3; padding--)
                {
                    Transmit(_layers[index].Padding(_bench.Pool, _bench.Now));
                }
            }
        }

        private void Transmit(in TrackPacket packet)
        {
            var isLost = _random.NextDouble() < _loss;
            if (isLost && _random.NextInt32(4) == 0)
            {
                _bench.Pool.Release(packet.Handle);
                return;
            }

            // A repair takes a round trip; a duplicate needs a claim of its own.
            var delay = (isLost ? 60 : 0) + _random.NextInt32(_spreadMs + 1);
            _inFlight.Add((_bench.NowMs + delay, packet));
            if (_random.NextInt32(30) == 0)
            {
                _bench.Pool.AddReference(packet.Handle);
                _inFlight.Add((_bench.NowMs + delay + _random.NextInt32(50), packet));
            }
        }

        private void Deliver(double untilMs)
        {
            foreach (
                var (_, packet) in _inFlight.Where(p => p.DueMs <= untilMs).OrderBy(p => p.DueMs)
            )
            {
                var stale = _bench.Track.Stats.Stale;
                _bench.Forward(packet with { ArrivedAt = _bench.Now });
                if (!packet.IsPaddingOnly && _bench.Track.Stats.Stale == stale)
                {
                    _received.Add((packet.SourceEpoch, packet.Layer, packet.ExtendedSequence));
                }
            }

            _inFlight.RemoveAll(p => p.DueMs <= untilMs);
        }

        private static void RetransmissionsAreTheSame(List<SentPacket> sent)
        {
            var originals = sent.Where(p => !p.IsRetransmission).ToDictionary(p => p.Out);
            foreach (var again in sent.Where(p => p.IsRetransmission))
            {
                Assert.Equal(
                    originals[again.Out] with
                    {
                        IsRetransmission = true,
                        AtMs = again.AtMs,
                    },
                    again
                );
            }
        }
    }
}
