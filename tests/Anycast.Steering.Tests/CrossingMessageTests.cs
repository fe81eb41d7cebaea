using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class CrossingMessageTests
{
    private const int FirstHeaderBytes = 44;

    private static readonly CrossingHeader Header = new(
        CrossingKind.Datagram,
        Pop: 0xABCD,
        Node: 0x1234,
        NetworkAddress.FromIPv4(0xC000_0201, 5000),
        NetworkAddress.FromIPv6([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 7000)
    );

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        var message = Write(Header, [1, 2, 3]);

        Assert.True(CrossingMessage.TryRead(message, out var header, out var datagram));
        Assert.Equal(Header, header);
        Assert.Equal([1, 2, 3], datagram.ToArray());
    }

    /// <summary>What the version before reads of it is where it was.</summary>
    [Fact]
    public void TryRead_Proof_IsReadAndUnsaidIsAsBefore()
    {
        foreach (var proof in Enum.GetValues<FlowProof>())
        {
            var ago = TimeSpan.FromMilliseconds(123_456);
            var owned = Header with { Kind = CrossingKind.Owned, Proof = proof, ProvedAgo = ago };
            var message = Write(owned, []);
            Assert.True(CrossingMessage.TryRead(message, out var header, out _));
            Assert.Equal(owned, header);
            Assert.Equal(Write(Header, [1])[4..FirstHeaderBytes], message[4..FirstHeaderBytes]);
        }

        var later = Write(Header, [1]);
        later[3] = 6;
        Assert.True(CrossingMessage.TryRead(later, out var read, out _));
        Assert.Equal(FlowProof.Unsaid, read.Proof);
    }

    [Fact]
    public void TryRead_OfTheVersionBefore_IsRead()
    {
        byte[] message = [.. Write(Header, [])[..FirstHeaderBytes], 7, 8];
        message[1] = FirstHeaderBytes;

        Assert.True(CrossingMessage.TryRead(message, out var header, out var datagram));
        Assert.Equal(Header, header);
        Assert.Equal([7, 8], datagram.ToArray());
    }

    /// <summary>A later version has appended to the header, and knows more kinds.</summary>
    [Fact]
    public void TryRead_LaterVersion_SkipsWhatItDoesNotKnow()
    {
        var message = Write(Header, [9, 9, 9, 9, 1, 2]);
        message[1] += 4;
        message[2] = 77;

        Assert.True(CrossingMessage.TryRead(message, out var header, out var datagram));
        Assert.Equal(Header with { Kind = CrossingKind.Unknown }, header);
        Assert.Equal([1, 2], datagram.ToArray());
    }

    [Fact]
    public void TryRead_CutShortOrOfAnotherVersion_IsNone()
    {
        var message = Write(Header, []);
        for (var length = 0; length < message.Length; length++)
        {
            Assert.False(CrossingMessage.TryRead(message.AsSpan(0, length), out _, out _));
        }

        Assert.False(CrossingMessage.TryRead(message, out _, out _), "A datagram has bytes.");
        message = Write(Header with { Kind = CrossingKind.Owned }, []);
        Assert.True(CrossingMessage.TryRead(message, out _, out _));
        message[1]++;
        Assert.False(CrossingMessage.TryRead(message, out _, out _));
        message[1]--;
        message[0]++;
        Assert.False(CrossingMessage.TryRead(message, out _, out _));
    }

    [Fact]
    public void TryRead_Junk_NeverThrows() =>
        Seeds.Check(
            random =>
            {
                var junk = new byte[random.NextInt32(120)];
                random.Fill(junk);
                if (junk.Length > 0)
                {
                    junk[0] = 1;
                }

                _ = CrossingMessage.TryRead(junk, out _, out var datagram);
                Assert.True(datagram.Length <= junk.Length);
            },
            rounds: 1000
        );

    private static byte[] Write(in CrossingHeader header, ReadOnlySpan<byte> datagram)
    {
        var message = new byte[CrossingMessage.HeaderBytes + datagram.Length];
        Assert.Equal(CrossingMessage.HeaderBytes, CrossingMessage.WriteHeader(message, header));
        datagram.CopyTo(message.AsSpan(CrossingMessage.HeaderBytes));
        return message;
    }
}
