using Edge.Forwarding.Downlinks;
using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.Payload;
using Xunit;
using SentPacket = Edge.Forwarding.Tests.Support.SentPacket;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>What waits while its viewer goes over to another layer.</summary>
public sealed class OvertakenTests
{
    private readonly TrackBench _bench = new(CodecKind.Vp8);
    private readonly Downlink _downlink;
    private readonly List<SentPacket> _left = [];

    public OvertakenTests()
    {
        _downlink = new Downlink(
            new SendBandwidth(new SendBandwidthOptions()),
            new WaitingRoom(_bench.Pools)
        );
    }

    /// <summary>Goal: a viewer is sent no part of a picture that it cannot show. Method: a network too narrow for the
    /// better layer, and the switch to the other one after each of many waits.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Pump_KeyFrameBehindWhatWaits_LeavesOutWholePicturesUpToIt(int packets)
    {
        var leftOut = 0;
        for (var pictures = 1; pictures < 40; pictures++)
        {
            _left.Clear();
            Switch(pictures, packets);

            var before = _left.TakeWhile(packet => packet.Layer == 1 || packet.IsFiller).ToList();
            var shown = before.TakeWhile(packet => !packet.IsFiller).ToList();
            Assert.True(_left[before.Count].IsKeyFrameStart);
            Assert.All(before.Skip(shown.Count), packet => Assert.True(packet.IsFiller));
            Assert.True(shown[^1].Marker, $"{shown[^1]} is the last of a picture that goes on.");
            leftOut += before.Count - shown.Count;
        }

        Assert.True(leftOut > 0, "Nothing waited for too long.");
    }

    private void Switch(int pictures, int packets)
    {
        var low = new SyntheticLayer(CodecKind.Vp8, 1, 0, 65_500, 7) { PacketsPerFrame = 1 };
        var high = new SyntheticLayer(CodecKind.Vp8, 1, 1, 500, 900) { PacketsPerFrame = packets };
        var track = new Track(_bench.Track.Description, _bench.Pools, new TrackOptions());
        track.StartSource(1, [Rid.Create("l"), Rid.Create("h")], _bench.Now);
        var subscription = new Subscription(new(1000), 0);
        subscription.Prefer(Rid.Create("h"), LayerFallback.Quality);
        track.Attach(subscription, _bench.Now);
        for (var picture = 0; picture < pictures; picture++)
        {
            Publish(track, high, isKeyFrame: picture == 0);
            Publish(track, low, isKeyFrame: picture == 0);
            Pass(5);
        }

        track.SetPreferredRid(subscription, Rid.Create("l"), LayerFallback.Quality, _bench.Now);
        Publish(track, low, isKeyFrame: true);
        Pass(3000);
        track.Detach(subscription);
        track.Close();
    }

    private void Publish(Track track, SyntheticLayer layer, bool isKeyFrame)
    {
        var sink = new Sink(this);
        foreach (var packet in layer.Frame(_bench.Pool, isKeyFrame, _bench.Now))
        {
            track.Forward(packet, ref sink, _bench.Now);
            _bench.Pool.Release(packet.Handle);
        }
    }

    private void Pass(int ms)
    {
        for (var step = 0; step < ms; step++)
        {
            _bench.AdvanceTo(_bench.NowMs + 1);
            var sink = new Sink(this);
            _downlink.Pump(ref sink, _bench.Now);
        }
    }

    private readonly struct Sink(OvertakenTests test) : IForwardSink, IDownlinkSink
    {
        void IForwardSink.Send(Subscription subscription, in ForwardedPacket packet)
        {
            if (!test._downlink.TryHold(subscription, packet, isSound: false, test._bench.Now))
            {
                Write(packet);
            }
        }

        void IDownlinkSink.Send(Subscription subscription, in ForwardedPacket packet) =>
            Write(packet);

        bool IDownlinkSink.SendProbe() => false;

        private void Write(in ForwardedPacket packet)
        {
            test._left.Add(
                MediaBytes.Read(test._bench.Pools, packet, CodecKind.Vp8, test._bench.Now)
            );
            var bytes = packet.Handle.IsNone ? 50 : 1000;
            test._downlink.HandleSent(bytes, isPadding: false, test._bench.Now);
        }
    }
}
