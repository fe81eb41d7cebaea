using System.Buffers.Binary;
using Edge.Testing;
using Edge.Wire.Framing;
using Xunit;

namespace Edge.Wire.Tests.Framing;

/// <summary>Media and HTTPS on one port, told apart by what comes first.</summary>
public sealed class FirstBytesTests
{
    private const int TlsHandshake = 0x16;

    /// <summary>Every first byte there is: one is TLS, those of a length up to 1500 may be a check, the rest is nothing.</summary>
    [Fact]
    public void Decide_EveryFirstByteAlone_OneIsTlsAndSixMayBeACheck()
    {
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            var expected = first switch
            {
                TlsHandshake => FirstBytesKind.Tls,
                <= 5 => FirstBytesKind.Partial,
                _ => FirstBytesKind.Neither,
            };
            Assert.Equal(expected, FirstBytes.Decide([(byte)first]));
        }
    }

    [Fact]
    public void Decide_Nothing_Partial() =>
        Assert.Equal(FirstBytesKind.Partial, FirstBytes.Decide([]));

    /// <summary>Plain HTTP, SSH, a DTLS record and an RTP packet behind their lengths, STUN without a length.</summary>
    [Theory]
    [InlineData("474554202f20485454502f312e310d0a")]
    [InlineData("504f5354202f20485454502f312e310d")]
    [InlineData("5353482d322e302d4f70656e5353480d")]
    [InlineData("009016fefd000000000000000000830100")]
    [InlineData("00648060000100000000000000010000")]
    [InlineData("000100502112a442b7e7a701bc34d686")]
    [InlineData("00000000000000000000000000000000")]
    public void Decide_SomethingElse_Neither(string hex) =>
        Assert.Equal(FirstBytesKind.Neither, FirstBytes.Decide(Convert.FromHexString(hex)));

    /// <summary>As browsers send it, a byte at a time: nothing is decided before the cookie is whole.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(96)]
    [InlineData(1500)]
    public void Decide_CheckByteByByte_MediaAtTheEndOfTheCookie(int length)
    {
        var frame = Check(length);
        for (var count = 0; count <= frame.Length; count++)
        {
            Assert.Equal(
                count < FirstBytes.DecidingBytes ? FirstBytesKind.Partial : FirstBytesKind.Media,
                FirstBytes.Decide(frame.AsSpan(0, count))
            );
        }
    }

    /// <summary>The request of RFC 5769 §2.1 behind its length.</summary>
    [Fact]
    public void Decide_RequestOfTheRfc_Media()
    {
        var bytes = Convert.FromHexString("006c" + "000100582112a442b7e7a701bc34d686fa87dfae");
        Assert.Equal(FirstBytesKind.Media, FirstBytes.Decide(bytes));
    }

    /// <summary>Each byte up to the cookie's end matters: with another value it is no check, decided as soon as its field is
    /// whole, and what follows changes nothing.</summary>
    [Fact]
    public void Decide_AnyDecidingByteChanged_NeitherAndStaysSo()
    {
        for (var place = 0; place < FirstBytes.DecidingBytes; place++)
        {
            var frame = Check(96);
            frame[place] ^= 0x80;
            Assert.Equal(FirstBytesKind.Neither, FirstBytes.Decide(frame));
        }
    }

    /// <summary>Whoever reads asks again with each byte: an answer that is given once never changes.</summary>
    [Fact]
    public void Decide_AnyBytes_AnswersNeverChange()
    {
        var random = Seeds.Random(nameof(Decide_AnyBytes_AnswersNeverChange));
        var bytes = new byte[FirstBytes.DecidingBytes + 4];
        for (var round = 0; round < 20_000; round++)
        {
            Check(96).AsSpan(0, bytes.Length).CopyTo(bytes);
            bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            var answer = FirstBytesKind.Partial;
            for (var count = 1; count <= bytes.Length; count++)
            {
                var next = FirstBytes.Decide(bytes.AsSpan(0, count));
                Assert.True(answer == FirstBytesKind.Partial || next == answer);
                answer = next;
            }

            Assert.NotEqual(FirstBytesKind.Partial, answer);
        }
    }

    private static byte[] Check(int length)
    {
        var frame = new byte[2 + length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(6), 0x2112A442);
        return frame;
    }
}
