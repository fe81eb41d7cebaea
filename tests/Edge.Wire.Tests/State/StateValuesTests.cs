using Edge.Primitives;
using Edge.Wire.State;
using Xunit;

namespace Edge.Wire.Tests.State;

/// <summary>Values that several cores have are read as they were written, or break the reader.</summary>
public sealed class StateValuesTests
{
    private readonly StateWriter _writer = new(Instant.Zero, bytesMax: 1 << 16);

    [Fact]
    public void Write_EveryKind_IsRead()
    {
        var unwrapper = SequenceUnwrapper.At(0x3_0007);
        ulong[] words = [0, ulong.MaxValue, ulong.MaxValue, 5];
        Assert.True(NetworkAddress.TryParse("192.0.2.1:5000", out var address));
        var outer = _writer.Begin();
        _writer.Rate(Bitrate.Unlimited);
        _writer.Address(address.OnConnection(3));
        _writer.Source(new Ssrc(7));
        _writer.Source(null);
        _writer.Token(Mid.Create("audio").Token);
        _writer.Token(default);
        _writer.Unwrapper(in unwrapper);
        _writer.Words(words);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, Instant.Zero);
        var group = reader.BeginWhole(valuesMin: 8);
        Assert.Equal(Bitrate.Unlimited, reader.Rate(Bitrate.Unlimited));
        // A TCP connection belongs to a process.
        Assert.Equal(address, reader.Address());
        Assert.Equal(new Ssrc(7), reader.Source());
        Assert.Null(reader.Source());
        Assert.Equal(Mid.Create("audio").Token, reader.Token());
        Assert.Equal(default, reader.Token());
        Assert.Equal(unwrapper, reader.Unwrapper());
        var read = new ulong[words.Length];
        Assert.True(reader.TryReadWords(read));
        Assert.Equal(words, read);
        reader.End(group);
        Assert.False(reader.IsBroken);
    }

    [Fact]
    public void BeginWhole_LessThanNeeded_Breaks()
    {
        var outer = _writer.Begin();
        _writer.UInt(1);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, Instant.Zero);
        reader.BeginWhole(valuesMin: 2);
        Assert.True(reader.IsBroken);
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    [InlineData(double.PositiveInfinity)]
    public void NumberWithin_Outside_Breaks(double value)
    {
        _writer.Number(value);
        var reader = new StateReader(_writer.Written, Instant.Zero);
        Assert.Equal(0, reader.NumberWithin(0, 1));
        Assert.True(reader.IsBroken);
    }

    /// <summary>Another size of a map says nothing of ours, and what follows it is read all the same.</summary>
    [Fact]
    public void TryReadWords_OtherSize_IsPassedOver()
    {
        var outer = _writer.Begin();
        _writer.Words([1, 2, 3]);
        _writer.UInt(9);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, Instant.Zero);
        reader.Begin();
        Assert.False(reader.TryReadWords(new ulong[4]));
        Assert.Equal(9UL, reader.UInt());
        Assert.False(reader.IsBroken);
    }
}
