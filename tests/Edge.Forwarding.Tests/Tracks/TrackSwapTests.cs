using Edge.Forwarding.Tests.Support;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>A viewer goes over from one track to another, as an API call may ask at any time.</summary>
public sealed class TrackSwapTests
{
    private readonly TrackBench _first = new(CodecKind.Vp8);
    private readonly TrackBench _second = new(CodecKind.Vp8);
    private readonly SyntheticLayer _before = new(CodecKind.Vp8, 1, 0, 65_500, 7);
    private readonly SyntheticLayer _after = new(CodecKind.Vp8, 1, 0, 65_500, 7);

    /// <summary>Both tracks have the same epoch and the same received numbers, so that nothing but
    /// leaving tells their packets apart.</summary>
    [Fact]
    public void LeaveTrack_ToAnotherTrack_NumbersGoOnFromAKeyFrame()
    {
        _first.Track.StartSource(1, [], _first.Now);
        _second.Track.StartSource(1, [], _second.Now);
        var (subscription, sent) = _first.Join();
        _first.Publish(untilMs: 1000, keyFrameInterval: 30, _before);
        _second.Publish(untilMs: 1000, keyFrameInterval: 30, _after);
        var ofFirst = sent.Count;
        var lastOfFirst = sent[^1];

        _first.Track.Detach(subscription);
        subscription.LeaveTrack(_second.Now);
        _second.Track.Attach(subscription, _second.Now);
        _second.Publish(untilMs: 2500, keyFrameInterval: 30, _after);

        Assert.True(sent.Count > ofFirst + 30);
        Assert.True(sent[ofFirst].IsKeyFrameStart);
        Expect.Continuous(sent, CodecKind.Vp8);

        var sink = new RecordingSink(_second.Pools, CodecKind.Vp8, _second.Now);
        var lost = new SequenceNumber(unchecked((ushort)lastOfFirst.Out));
        Assert.False(_second.Track.HandleNack(subscription, lost, ref sink, _second.Now));
    }
}
