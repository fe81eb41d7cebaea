using Edge.Primitives;
using Edge.Testing.Clients;
using Edge.Testing.Clients.Captured;
using Xunit;

namespace Edge.Testing.Tests.Clients;

public sealed class CapturedSourceTests
{
    private static readonly Instant Start = new(TimeSpan.FromSeconds(7).Ticks);

    private readonly byte[] _payload = new byte[1500];

    [Theory]
    [InlineData("chromium-vp8.txt", CapturedKind.Vp8)]
    [InlineData("chromium-opus.txt", CapturedKind.Opus)]
    public void TryNext_TwiceThrough_IsTheCaptureTwice(string name, CapturedKind kind)
    {
        var track = CapturedTrack.Load(name);
        var source = new CapturedSource(track, kind);
        source.Start(Start);
        SkipKeyFrame(source, track);
        for (
            var number = track.KeyFrames.Count > 0 ? 1 : 0;
            number < 2 * track.Frames.Count;
            number++
        )
        {
            var loops = number / track.Frames.Count;
            var frame = track.Frames[number % track.Frames.Count];
            var at = Start + frame.At + (track.Duration * loops);
            foreach (var (index, captured) in frame.Packets.Index())
            {
                Assert.Equal(at + captured.Offset, source.NextAt);
                var packet = Next(source);
                Assert.Equal(captured.Bytes, packet.Length);
                Assert.Equal(frame.Timestamp + (track.Ticks * (uint)loops), packet.Timestamp);
                Assert.True(
                    FrameStamp.TryReadEnd(_payload.AsSpan(0, packet.Length), out var stamp)
                );
                Assert.Equal(((uint)number, index), (stamp.Frame, stamp.Index));
                Assert.Equal(frame.Packets.Count, stamp.Count);
                Assert.Equal(
                    kind == CapturedKind.Vp8 ? index == frame.Packets.Count - 1 : number == 0,
                    packet.Marker
                );
            }
        }
    }

    [Fact]
    public void RequestKeyFrame_InTheStream_TheNextFrameIsOneAndDelaysWhatFollows()
    {
        var track = new CapturedTrack([
            CapturedFrame.Parse("0 0 key 900+0 900+50000"),
            CapturedFrame.Parse("0 0 delta 800+0"),
            CapturedFrame.Parse("33000 3000 delta 700+0"),
            CapturedFrame.Parse("66000 6000 delta 600+0"),
        ]);
        var source = new CapturedSource(track, CapturedKind.Vp8);
        source.Start(Start);

        // The first frame is a key frame, as of every encoder.
        Assert.Equal([900, 900, 700, 600, 800], Take(source, 5));
        source.RequestKeyFrame();
        Assert.Equal([900, 900, 600, 800], Take(source, 4));
        Assert.Equal(2, source.KeyFrames);
        Assert.Equal(Start + TimeSpan.FromMilliseconds(198 + 33), source.NextAt);
    }

    [Fact]
    public void NextAt_AfterAKeyFrame_IsNotBeforeItsEnd()
    {
        var track = new CapturedTrack([
            CapturedFrame.Parse("0 0 key 900+0 900+50000"),
            CapturedFrame.Parse("0 0 delta 800+0"),
            CapturedFrame.Parse("33000 3000 delta 700+0"),
        ]);
        var source = new CapturedSource(track, CapturedKind.Vp8);
        source.Start(Start);

        _ = Take(source, 2);

        Assert.Equal(Start + TimeSpan.FromMilliseconds(50), source.NextAt);
    }

    [Fact]
    public void TryNext_DriverPaused_GoesOnFromThereInsteadOfCatchingUp()
    {
        var track = new CapturedTrack([
            CapturedFrame.Parse("0 0 delta 800+0"),
            CapturedFrame.Parse("20000 1800 delta 700+0"),
            CapturedFrame.Parse("40000 3600 delta 600+0"),
        ]);
        var source = new CapturedSource(track, CapturedKind.Vp8);
        source.Start(Start);
        _ = Take(source, 1);
        var pausedUntil = source.NextAt + TimeSpan.FromSeconds(1);

        Assert.True(source.TryNext(_payload, pausedUntil, out var packet));

        Assert.Equal((700, 1800u + 90_000), (packet.Length, packet.Timestamp));
        Assert.Equal(pausedUntil + TimeSpan.FromMilliseconds(20), source.NextAt);
    }

    [Fact]
    public void TryNext_ALittleLate_KeepsItsTimes()
    {
        var track = new CapturedTrack([
            CapturedFrame.Parse("0 0 delta 800+0"),
            CapturedFrame.Parse("20000 1800 delta 700+0"),
        ]);
        var source = new CapturedSource(track, CapturedKind.Vp8);
        source.Start(Start);

        Assert.True(source.TryNext(_payload, Start + TimeSpan.FromMilliseconds(90), out _));

        Assert.Equal(Start + TimeSpan.FromMilliseconds(20), source.NextAt);
    }

    [Fact]
    public void TryNext_TooSmallForAStamp_IsMadeLonger()
    {
        var track = new CapturedTrack([
            CapturedFrame.Parse("0 0 delta 3+0"),
            CapturedFrame.Parse("20000 960 delta 3+0"),
        ]);
        var source = new CapturedSource(track, CapturedKind.Opus);
        source.Start(Start);

        Assert.Equal([FrameStamp.Bytes + 1], Take(source, 1));
    }

    [Fact]
    public void ToLine_OfALine_IsTheLine()
    {
        const string line = "98054 8910 delta 1064+0 1065+26 1065+96";

        Assert.Equal(line, CapturedFrame.Parse(line).ToLine());
    }

    [Theory]
    [InlineData("0 0 other 1+0")]
    [InlineData("0 0 key")]
    [InlineData("0 0 key 1")]
    public void Parse_NoFrame_SaysSo(string line) =>
        Assert.Throws<TestingException>(() => CapturedFrame.Parse(line));

    private void SkipKeyFrame(CapturedSource source, CapturedTrack track)
    {
        if (track.KeyFrames.Count > 0)
        {
            _ = Take(source, track.KeyFrames[0].Packets.Count);
        }
    }

    private int[] Take(CapturedSource source, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Next(source).Length)];

    private SyntheticPacket Next(CapturedSource source)
    {
        Assert.False(source.TryNext(_payload, source.NextAt - TimeSpan.FromTicks(1), out _));
        Assert.True(source.TryNext(_payload, source.NextAt, out var packet));
        return packet;
    }
}
