using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Wire.Tests.State;

/// <summary>What one process writes another reads, also one of a version before or after.</summary>
public sealed class StateTests
{
    private static readonly Instant Here = Instant.FromMilliseconds(5000);
    private static readonly Instant There = Instant.FromMilliseconds(70);

    private readonly StateWriter _writer = new(Here, bytesMax: 1 << 20);

    [Fact]
    public void Write_EveryKind_IsRead()
    {
        var outer = _writer.Begin();
        _writer.Bool(true);
        _writer.UInt(ulong.MaxValue);
        _writer.Int(long.MinValue);
        _writer.Number(-0.1);
        _writer.Duration(TimeSpan.FromSeconds(-3));
        _writer.Bytes([1, 2, 3]);
        _writer.Text("Zürich");
        _writer.Nothing();
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, There);
        var group = reader.Begin(valuesMax: 8, out var values);
        Assert.Equal(8, values);
        Assert.True(reader.Bool());
        Assert.Equal(ulong.MaxValue, reader.UInt());
        Assert.Equal(long.MinValue, reader.Int());
        Assert.Equal(-0.1, reader.Number());
        Assert.Equal(TimeSpan.FromSeconds(-3), reader.Duration());
        Assert.Equal([1, 2, 3], reader.Bytes(3).ToArray());
        Assert.Equal("Zürich", reader.Text(7));
        Assert.True(reader.IsNothing());
        Assert.False(reader.HasMore);
        reader.End(group);
        Assert.False(reader.IsBroken);
    }

    /// <summary>Each process has a clock of its own: what was a second ago there was a second ago here.</summary>
    [Fact]
    public void Moment_OtherClock_KeepsItsDistance()
    {
        var outer = _writer.Begin();
        _writer.Moment(Here - TimeSpan.FromSeconds(1));
        _writer.Moment(Instant.Never);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, There);
        reader.Begin();
        Assert.Equal(There - TimeSpan.FromSeconds(1), reader.Moment());
        Assert.Equal(Instant.Never, reader.Moment());
        Assert.Equal(Instant.Never, reader.Moment());
        Assert.False(reader.IsBroken);
    }

    /// <summary>A newer version has appended to the inner and to the outer group.</summary>
    [Fact]
    public void Read_MoreThanIsKnown_SkipsIt()
    {
        var all = _writer.Begin();
        var one = _writer.Begin();
        _writer.UInt(1);
        _writer.Text("new");
        var deep = _writer.Begin();
        _writer.Bytes([9]);
        _writer.End(deep);
        _writer.End(one);
        _writer.UInt(2);
        _writer.Bool(true);
        _writer.End(all);

        var reader = new StateReader(_writer.Written, There);
        var outer = reader.Begin();
        var inner = reader.Begin();
        Assert.Equal(1UL, reader.UInt());
        reader.End(inner);
        Assert.Equal(2UL, reader.UInt());
        reader.End(outer);
        Assert.False(reader.IsBroken);
    }

    /// <summary>An older version has left out what came later: that is 0, false or nothing, and so is a group.</summary>
    [Fact]
    public void Read_LessThanIsKnown_IsNothing()
    {
        var outer = _writer.Begin();
        _writer.UInt(7);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, There);
        var group = reader.Begin();
        Assert.Equal(7UL, reader.UInt());
        Assert.False(reader.HasMore);
        Assert.Equal(0UL, reader.UInt());
        Assert.False(reader.Bool());
        Assert.Equal("", reader.Text(9));
        Assert.True(reader.IsNothing());
        var absent = reader.Begin(valuesMax: 9, out var values);
        Assert.Equal(0, values);
        Assert.Equal(0, reader.Int());
        reader.End(absent);
        reader.End(group);
        Assert.False(reader.IsBroken);
    }

    [Fact]
    public void Read_BeyondABound_BreaksAndStaysBroken()
    {
        var outer = _writer.Begin();
        _writer.UInt(300);
        _writer.UInt(1);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, There);
        var group = reader.Begin();
        Assert.Equal(0, reader.UInt8());
        Assert.True(reader.IsBroken);
        Assert.Equal(0UL, reader.UInt());
        reader.End(group);
        Assert.True(reader.IsBroken);
    }

    [Fact]
    public void Text_NotUtf8_Breaks()
    {
        var reader = new StateReader([0x91, 0xA1, 0xFF], There);
        reader.Begin();

        Assert.Equal("", reader.Text(bytesMax: 9));
        Assert.True(reader.IsBroken);
    }

    [Fact]
    public void Read_GroupWithTooMany_Breaks()
    {
        var outer = _writer.Begin();
        _writer.UInt(1);
        _writer.UInt(2);
        _writer.End(outer);

        var reader = new StateReader(_writer.Written, There);
        reader.Begin(valuesMax: 1, out var values);

        Assert.Equal(0, values);
        Assert.True(reader.IsBroken);
    }

    /// <summary>However long: the buffer grows, up to the bound.</summary>
    [Fact]
    public void Write_Much_GrowsUpToTheBound()
    {
        var random = Seeds.Random(nameof(StateTests));
        var bytes = new byte[40_000];
        random.Fill(bytes);
        using var writer = new StateWriter(Here, bytesMax: 50_000);
        var outer = writer.Begin();
        writer.Bytes(bytes);
        writer.End(outer);
        Assert.False(writer.IsTooLong);
        var reader = new StateReader(writer.Written, There);
        reader.Begin();
        Assert.True(reader.Bytes(40_000).SequenceEqual(bytes));

        writer.Bytes(bytes);

        Assert.True(writer.IsTooLong);
        Assert.Equal(0, writer.Written.Length);
    }

    /// <summary>Junk is read as nothing, and never throws.</summary>
    [Fact]
    public void Read_Junk_NeverThrows()
    {
        var random = Seeds.Random(nameof(StateTests));
        var junk = new byte[40];
        for (var run = 0; run < 20_000; run++)
        {
            random.Fill(junk);
            junk[0] = (byte)(0x90 | (junk[0] & 0xF));
            var reader = new StateReader(junk.AsSpan(0, random.NextInt32(junk.Length)), There);
            var group = reader.Begin(valuesMax: 16, out _);
            _ = reader.Bool();
            _ = reader.UInt();
            var inner = reader.Begin();
            _ = reader.Number();
            _ = reader.Text(10);
            _ = reader.Moment();
            reader.End(inner);
            reader.Bytes(new byte[3].AsSpan());
            reader.End(group);
            Assert.False(reader.IsBroken && reader.HasMore);
        }
    }
}
