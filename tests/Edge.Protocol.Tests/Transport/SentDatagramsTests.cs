using Edge.Primitives;
using Edge.Protocol.Transport.Sending;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What was sent can be sent again, byte for byte, while it is kept.</summary>
public sealed class SentDatagramsTests
{
    private readonly SentDatagrams _sent = new(capacityBytes: 10_000);
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];

    [Fact]
    public void CopyTo_Kept_TheSameBytes()
    {
        var first = Datagram(1, 1200);
        var second = Datagram(2, 77);
        _sent.Add(new(65_535), first);
        _sent.Add(new(0), second);

        Assert.Equal(first, Copy(65_535));
        Assert.Equal(second, Copy(0));
        Assert.Equal(first, Copy(65_535));
    }

    /// <summary>A stream that never sends holds no ring.</summary>
    [Fact]
    public void IsEmpty_UntilTheFirstDatagram_NothingIsHeld()
    {
        Assert.True(_sent.IsEmpty);
        Assert.Equal(0, _sent.CopyTo(new(1), _slot));

        _sent.Add(new(1), Datagram(1, 100));
        Assert.False(_sent.IsEmpty);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(7 + 1024)]
    public void CopyTo_NeverSent_IsRefused(ushort sequence)
    {
        _sent.Add(new(7), Datagram(1, 100));

        Assert.Empty(Copy(sequence));
    }

    /// <summary>Eight of 1200 bytes fit into 10000; the ninth begins at the ring's start again.</summary>
    [Fact]
    public void CopyTo_AfterTheRingWrapped_TheOldestAreRefused()
    {
        for (ushort sequence = 0; sequence < 11; sequence++)
        {
            _sent.Add(new(sequence), Datagram(sequence, 1200));
        }

        for (ushort sequence = 0; sequence < 11; sequence++)
        {
            Assert.Equal(sequence < 3 ? [] : Datagram(sequence, 1200), Copy(sequence));
        }
    }

    [Fact]
    public void CopyTo_NumberUsedAgainAfterARound_IsTheNewOne()
    {
        _sent.Add(new(5), Datagram(1, 100));
        _sent.Add(new(5 + 1024), Datagram(2, 100));

        Assert.Empty(Copy(5));
        Assert.Equal(Datagram(2, 100), Copy(5 + 1024));
    }

    [Fact]
    public void Add_LongerThanTheRing_IsNotKeptAndHarmsNothing()
    {
        _sent.Add(new(1), Datagram(1, 100));
        _sent.Add(new(2), new byte[10_001]);

        Assert.Empty(Copy(2));
        Assert.Equal(Datagram(1, 100), Copy(1));
    }

    [Fact]
    public void CopyTo_DestinationTooShort_IsRefused()
    {
        _sent.Add(new(1), Datagram(1, 100));

        Assert.Equal(0, _sent.CopyTo(new(1), new byte[99]));
        Assert.Equal(100, _sent.CopyTo(new(1), new byte[100]));
    }

    /// <summary>Any lengths in any order: what comes back is what was sent, and what was sent last, as
    /// much as fits beside the unused end of the ring, does come back.</summary>
    [Fact]
    public void CopyTo_RandomLengths_NeverOtherBytesAndAlwaysTheLatest() =>
        Seeds.Check(
            random =>
            {
                var sent = new SentDatagrams(10_000);
                var lengths = new Dictionary<ushort, int>();
                var next = (ushort)random.NextInt32(ushort.MaxValue);
                for (var step = 0; step < 300; step++)
                {
                    // A late packet now and then: numbers do not only rise.
                    var sequence = unchecked((ushort)(next + random.NextInt32(3)));
                    next = unchecked((ushort)(sequence + 3));
                    lengths[sequence] = 1 + random.NextInt32(1500);
                    sent.Add(new(sequence), Datagram(sequence, lengths[sequence]));
                }

                var bytesBehind = 0;
                foreach (var (sequence, length) in lengths.Reverse())
                {
                    var copied = sent.CopyTo(new(sequence), _slot);
                    bytesBehind += length;
                    Assert.True(copied == length || (copied == 0 && bytesBehind > 10_000 - 1500));
                    Assert.True(
                        _slot
                            .AsSpan(0, copied)
                            .SequenceEqual(Datagram(sequence, length).AsSpan(0, copied))
                    );
                }
            },
            rounds: 200
        );

    [Fact]
    public void Add_CopyTo_AllocateNothing()
    {
        var datagram = Datagram(1, 1200);
        var sequence = new SequenceNumber(0);
        AllocationAssert.None(() =>
        {
            sequence = sequence.Next;
            _sent.Add(sequence, datagram);
            _ = _sent.CopyTo(sequence, _slot);
        });
    }

    private byte[] Copy(ushort sequence) =>
        _slot.AsSpan(0, _sent.CopyTo(new(sequence), _slot)).ToArray();

    private static byte[] Datagram(int seed, int length)
    {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            bytes[index] = unchecked((byte)((seed * 31) + index));
        }

        return bytes;
    }
}
