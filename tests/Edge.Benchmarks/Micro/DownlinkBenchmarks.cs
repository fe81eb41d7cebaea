using BenchmarkDotNet.Attributes;
using Edge.Benchmarks.FanOut;
using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Payload;

namespace Edge.Benchmarks.Micro;

/// <summary>What pacing costs: four pictures come at once, as a key frame does, and leave as the network is taken to carry
/// them. Routing and rewriting are in it, encryption is not.</summary>
[Config(typeof(BenchmarkSettings))]
public class DownlinkBenchmarks
{
    private const int PictureMs = 33;
    private const int Pictures = 4;
    private const int Packets = Pictures * VideoPictures.PacketsPerPicture;

    /// <summary>More than the 2.5 Mbit/s of the pictures, so that all are gone before the next come.</summary>
    private static readonly Bitrate Carried = Bitrate.FromKilobits(4000);

    private readonly PacketPool _pool = new(0, 8192);
    private readonly SendBandwidth _bandwidth = new(
        new SendBandwidthOptions { Start = Carried, Min = Carried }
    );
    private readonly Subscription _subscription = new(new SequenceNumber(1), 0);
    private readonly VideoPictures _pictures;
    private readonly Track _track;
    private readonly Downlink _downlink;
    private Instant _now = Instant.FromMilliseconds(1000);

    /// <summary>Attaches one viewer.</summary>
    public DownlinkBenchmarks()
    {
        _pictures = new(_pool);
        _downlink = new(_bandwidth, new WaitingRoom([_pool]));
        _track = new(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000),
            [_pool],
            new TrackOptions()
        );
        _track.StartSource(1, [], _now);
        _track.Attach(_subscription, _now);
        _downlink.Add(_subscription, isSound: false);
    }

    /// <summary>A packet, with its part of what is done each millisecond.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void HoldAndPump()
    {
        var held = _downlink.Stats.Held;
        var sink = new Sink(this);
        for (var index = 0; index < Packets; index++)
        {
            var packet = _pictures.Next(_now);
            _track.Forward(packet, ref sink, _now);
            _pool.Release(packet.Handle);
        }

        for (var ms = 0; ms < Pictures * PictureMs; ms++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            _downlink.HandleTimeout(_now);
            _downlink.Pump(ref sink, _now);
            _ = _downlink.PollTimeout();
        }

        Check(_downlink.Stats.Held - held);
    }

    /// <summary>Fails if packets did not wait, or were thrown away: another thing was measured then.</summary>
    private void Check(long held)
    {
        if (held < Packets / 2 || _downlink.Stats.ThrownAway > 0)
        {
            throw new InvalidOperationException(
                $"{held} of {Packets} waited, {_downlink.Stats.ThrownAway} were thrown away."
            );
        }
    }

    /// <summary>Tells the downlink that a packet left.</summary>
    private readonly struct Sink(DownlinkBenchmarks benchmark) : IForwardSink, IDownlinkSink
    {
        void IForwardSink.Send(Subscription subscription, in ForwardedPacket packet)
        {
            if (!benchmark._downlink.TryHold(subscription, packet, false, benchmark._now))
            {
                Write(packet);
            }
        }

        void IDownlinkSink.Send(Subscription subscription, in ForwardedPacket packet) =>
            Write(packet);

        bool IDownlinkSink.SendProbe() => false;

        private void Write(in ForwardedPacket packet) =>
            benchmark._downlink.HandleSent(
                packet.SourcePacketLength,
                isPadding: false,
                benchmark._now
            );
    }
}
