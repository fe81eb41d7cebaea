using System.Collections.Immutable;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

/// <summary>How far a client's indices are is read as it was written, by the version before and after too, or not at all.</summary>
public sealed class SessionPulseTests
{
    private const long IndexMax = (1L << 48) - 1;

    private static readonly ImmutableArray<IndexBound> Some =
    [
        new(IndexSpace.Rtp, new Ssrc(uint.MaxValue), IndexMax),
        new(IndexSpace.Rtp, new Ssrc(1), -1),
        new(IndexSpace.Rtcp, new Ssrc(1), 0),
        new(IndexSpace.Record, default, 70_000),
    ];

    [Fact]
    public void Read_AnyBounds_AsTheyWereWritten() =>
        Seeds.Check(
            random =>
            {
                var bounds = Enumerable
                    .Range(0, random.NextInt32(200))
                    .Select(_ => Draw(random))
                    .ToImmutableArray();

                Assert.Equal<IndexBound>(bounds, SessionPulse.Read(SessionPulse.Write(bounds)));
            },
            rounds: 100
        );

    [Fact]
    public void Read_NothingReceived_IsEmpty()
    {
        var written = SessionPulse.Write([]);

        Assert.NotEmpty(written);
        Assert.Empty(SessionPulse.Read(written));
    }

    /// <summary>Half of it would be worse than nothing: a source would seem never to have been heard.</summary>
    [Fact]
    public void Read_CutAnywhere_IsEmpty()
    {
        var written = SessionPulse.Write(Some);
        for (var length = 0; length < written.Length; length++)
        {
            Assert.Empty(SessionPulse.Read(written.AsSpan(0, length)));
        }

        Assert.Equal<IndexBound>(Some, SessionPulse.Read(written));
    }

    /// <summary>Whatever is written is read whole, and what is too long is not written at all.</summary>
    [Theory]
    [InlineData(0U)]
    [InlineData(uint.MaxValue - 4000)]
    public void Write_AnyCount_IsReadWholeOrNotWritten(uint first)
    {
        var longest = 0;
        for (var count = 0; count < 4000; count += 13)
        {
            var bounds = Enumerable
                .Range(0, count)
                .Select(place => new IndexBound(
                    IndexSpace.Rtp,
                    new Ssrc(first + (uint)place),
                    place % 100
                ))
                .ToImmutableArray();
            var written = SessionPulse.Write(bounds);
            if (written.Length > 0)
            {
                longest = count;
                Assert.Equal<IndexBound>(bounds, SessionPulse.Read(written));
            }
        }

        Assert.InRange(longest, 1000, 3000);
    }

    [Theory]
    [InlineData((byte)3, 1)]
    [InlineData((byte)0, -2)]
    [InlineData((byte)0, IndexMax + 1)]
    public void Read_ValueMakesNoSense_IsEmpty(byte space, long last) =>
        Assert.Empty(
            SessionPulse.Read(
                SessionPulse.Write([.. Some, new((IndexSpace)space, new Ssrc(1), last)])
            )
        );

    /// <summary>A later version has appended something to a group, whichever it is. Only the list, whose length is what it is, takes no
    /// more.</summary>
    [Fact]
    public void Read_ValueAppendedAnywhere_IsTheSame()
    {
        var tree = StateTree.Parse(SessionPulse.Write(Some));
        var list = tree.Items![0];
        foreach (var group in tree.Groups().ToList())
        {
            group.Items!.Add(StateTree.Later);
            if (group == list)
            {
                Assert.Empty(SessionPulse.Read(tree.ToBytes()));
                group.Items.RemoveAt(group.Items.Count - 1);
            }

            Assert.Equal<IndexBound>(Some, SessionPulse.Read(tree.ToBytes()));
        }
    }

    /// <summary>A value that the first version wrote is never taken away.</summary>
    [Fact]
    public void Read_ValueMissing_IsEmpty()
    {
        var tree = StateTree.Parse(SessionPulse.Write(Some));
        var values = tree.At(0, 2);
        values.RemoveAt(values.Count - 1);

        Assert.Empty(SessionPulse.Read(tree.ToBytes()));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Seeds.Check(
            random =>
            {
                var bytes = new byte[random.NextInt32(300)];
                random.Fill(bytes);
                AssertMakesSense(SessionPulse.Read(bytes));
            },
            rounds: 3000
        );

    [Fact]
    public void Read_AnythingChanged_MakesSenseOrIsEmpty() =>
        Seeds.Check(
            random =>
            {
                var bytes = SessionPulse.Write(Some);
                for (var change = random.NextInt32(4); change < 4; change++)
                {
                    bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
                }

                AssertMakesSense(SessionPulse.Read(bytes));
            },
            rounds: 5000
        );

    private static void AssertMakesSense(ImmutableArray<IndexBound> read) =>
        Assert.All(
            read,
            bound =>
            {
                Assert.InRange(bound.Last, -1, IndexMax);
                Assert.InRange(bound.Space, IndexSpace.Rtp, IndexSpace.Record);
            }
        );

    private static IndexBound Draw(Prng random) =>
        new(
            (IndexSpace)random.NextInt32(3),
            new Ssrc(random.NextUInt32()),
            unchecked((long)(random.NextUInt64() >> (16 + random.NextInt32(48)))) - 1
        );
}
