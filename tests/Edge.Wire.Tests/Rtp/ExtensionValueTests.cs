using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtp.Extensions;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>The values that header extensions carry.</summary>
public sealed class ExtensionValueTests
{
    [Theory]
    [InlineData(0, 0u)]
    [InlineData(1_000, 0x040000u)]
    [InlineData(63_500, 0xFE0000u)]
    [InlineData(64_000, 0u)]
    [InlineData(-500, 0xFE0000u)]
    public void AbsoluteSendTime_Instant_Seconds6Point18(double milliseconds, uint expected) =>
        Assert.Equal(
            expected,
            AbsoluteSendTime.FromInstant(Instant.FromMilliseconds(milliseconds)).Value
        );

    [Theory]
    [InlineData(0x040000u, 0x000000u, 1000)]
    [InlineData(0x000000u, 0xFC0000u, 1000)]
    [InlineData(0xFC0000u, 0x000000u, -1000)]
    public void AbsoluteSendTime_Difference_WrapsAt64Seconds(
        uint left,
        uint right,
        int expectedMs
    ) =>
        Assert.Equal(
            expectedMs,
            (new AbsoluteSendTime(left) - new AbsoluteSendTime(right)).TotalMilliseconds
        );

    /// <summary>Two packets of one Chromium capture: 20 ms apart by its own log.</summary>
    [Fact]
    public void AbsoluteSendTime_ChromiumAudio_PacketsTwentyMillisecondsApart()
    {
        AbsoluteSendTime.TryRead(Vectors.Hex("6BE21D"), out var first);
        AbsoluteSendTime.TryRead(Vectors.Hex("6BF6A6"), out var second);
        Assert.InRange((second - first).TotalMilliseconds, 19.5, 20.5);
    }

    [Fact]
    public void AbsoluteSendTime_Write_AllOrNothing()
    {
        var time = new AbsoluteSendTime(0xABCDEF);
        var bytes = WriterAssert.WritesAllOrNothing(time.Write);
        Assert.True(AbsoluteSendTime.TryRead(bytes, out var read));
        Assert.Equal(time, read);
        Assert.False(AbsoluteSendTime.TryRead(bytes.AsSpan(1), out _));
    }

    [Fact]
    public void TransportSequenceNumber_Write_AllOrNothing()
    {
        var number = new SequenceNumber(0xABCD);
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            TransportSequenceNumber.Write(to, number)
        );
        Assert.True(TransportSequenceNumber.TryRead(bytes, out var read));
        Assert.Equal(number, read);
        Assert.False(TransportSequenceNumber.TryRead(bytes.AsSpan(1), out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-5L)]
    public void AbsoluteCaptureTime_Write_AllOrNothing(long? offset)
    {
        var time = new AbsoluteCaptureTime(new NtpTimestamp(0x0123456789ABCDEF), offset);
        var bytes = WriterAssert.WritesAllOrNothing(time.Write);
        Assert.Equal(offset is null ? 8 : 16, bytes.Length);
        Assert.True(AbsoluteCaptureTime.TryRead(bytes, out var read));
        Assert.Equal(time, read);
        Assert.False(AbsoluteCaptureTime.TryRead(bytes.AsSpan(0, 7), out _));
    }

    [Theory]
    [InlineData(true, 0, 0x80)]
    [InlineData(false, 127, 0x7F)]
    public void AudioLevel_Write_AllOrNothing(bool hasVoice, byte level, byte expected)
    {
        var value = new AudioLevel(hasVoice, level);
        var bytes = WriterAssert.WritesAllOrNothing(value.Write);
        Assert.Equal([expected], bytes);
        Assert.True(AudioLevel.TryRead(bytes, out var read));
        Assert.Equal(value, read);
        Assert.False(AudioLevel.TryRead([], out _));
    }

    [Fact]
    public void PlayoutDelay_Write_AllOrNothing()
    {
        var delay = new PlayoutDelay(TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(40.95));
        var bytes = WriterAssert.WritesAllOrNothing(delay.Write);
        Assert.Equal(Vectors.Hex("00CFFF"), bytes);
        Assert.True(PlayoutDelay.TryRead(bytes, out var read));
        Assert.Equal(delay, read);
        Assert.False(PlayoutDelay.TryRead(bytes.AsSpan(1), out _));
        Assert.False(PlayoutDelay.TryRead(Vectors.Hex("002001"), out _));
    }

    [Theory]
    [InlineData(0x00, false, false, 0)]
    [InlineData(0x0B, true, false, 270)]
    [InlineData(0x06, false, true, 180)]
    public void VideoOrientation_Write_AllOrNothing(byte wire, bool back, bool flip, int degrees)
    {
        var value = new VideoOrientation(back, flip, degrees);
        Assert.Equal([wire], WriterAssert.WritesAllOrNothing(value.Write));
        Assert.True(VideoOrientation.TryRead([wire], out var read));
        Assert.Equal(value, read);
        Assert.False(VideoOrientation.TryRead([], out _));
    }
}
