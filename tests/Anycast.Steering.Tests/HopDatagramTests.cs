using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class HopDatagramTests
{
    private const int MacOffset = 44;
    private const ushort Pop = 7;

    private static readonly PopKey OldKey = PopKey.Create(Pop, id: 1, "an old secret of the PoP"u8);
    private static readonly PopKey NewKey = PopKey.Create(Pop, id: 2, "a new secret of the PoP!"u8);
    private static readonly PopKeyRing Ring = new(NewKey, OldKey);
    private static readonly HopHeader Header = new(
        Node: 0xABCD,
        Shard: 5,
        NetworkAddress.FromIPv4(0xC000_0201, 5000),
        NetworkAddress.FromIPv6([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 7000)
    );

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame() =>
        Seeds.Check(
            random =>
            {
                var payload = new byte[random.NextInt32(1500)];
                random.Fill(payload);
                var datagram = Write(payload, random.NextInt32(2) == 0 ? OldKey : NewKey);

                Assert.True(
                    HopDatagram.TryRead(datagram, Pop, Ring, out var header, out var range)
                );
                Assert.Equal(Header, header);
                Assert.Equal(payload, datagram[range]);
            },
            rounds: 100
        );

    [Fact]
    public void Write_NoRoom_WritesNothing()
    {
        var destination = new byte[HopDatagram.HeaderBytes + 99];
        Assert.Equal(0, HopDatagram.Write(destination, Header, new byte[100], NewKey));
        Assert.All(destination, value => Assert.Equal(0, value));
    }

    /// <summary>Goal: nobody without the key has an address taken from a header. Method: each of its bits changed,
    /// and it cut and lengthened by a byte.</summary>
    [Fact]
    public void TryRead_HeaderChanged_IsNone()
    {
        var datagram = Write([1, 2, 3], NewKey);
        for (var bit = 0; bit < HopDatagram.HeaderBytes * 8; bit++)
        {
            var changed = (byte[])datagram.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(HopDatagram.TryRead(changed, Pop, Ring, out _, out _), $"bit {bit}");
        }

        Assert.False(
            HopDatagram.TryRead(datagram.AsSpan(0, datagram.Length - 1), Pop, Ring, out _, out _)
        );
        Assert.False(HopDatagram.TryRead([.. datagram, 0], Pop, Ring, out _, out _));
        Assert.False(HopDatagram.TryRead(datagram, Pop + 1, Ring, out _, out _));
        Assert.False(HopDatagram.TryRead(datagram, Pop, new PopKeyRing(OldKey), out _, out _));
    }

    /// <summary>A later version appends to the header; its MAC covers that too.</summary>
    [Fact]
    public void TryRead_LongerHeaderOfALaterVersion_ReadsWhatItKnows()
    {
        byte[] payload = [1, 2, 3];
        var datagram = Longer(payload, appended: [9, 8, 7, 6]);

        Assert.True(HopDatagram.TryRead(datagram, Pop, Ring, out var header, out var range));
        Assert.Equal(Header, header);
        Assert.Equal(payload, datagram[range]);
        datagram[HopDatagram.HeaderBytes] ^= 1;
        Assert.False(HopDatagram.TryRead(datagram, Pop, Ring, out _, out _));
    }

    /// <summary>Another version may mean anything by the rest, however genuine it is.</summary>
    [Fact]
    public void TryRead_AnotherVersionNumber_IsNone()
    {
        byte[] payload = [1, 2, 3];
        byte[] header = [.. Write(payload, NewKey)[..HopDatagram.HeaderBytes]];
        Assert.True(HopDatagram.TryRead(Seal(header, payload), Pop, Ring, out _, out _));
        header[0]++;

        Assert.False(HopDatagram.TryRead(Seal(header, payload), Pop, Ring, out _, out _));
    }

    /// <summary>That of the first version had no flags; what it passed on was not passed on before.</summary>
    [Fact]
    public void TryRead_HeaderOfTheFirstVersion_IsRead()
    {
        byte[] payload = [1, 2, 3];
        byte[] header = [.. Write(payload, NewKey)[..(HopDatagram.HeaderBytes - 1)]];
        header[1] = (byte)header.Length;

        var isRead = HopDatagram.TryRead(
            Seal(header, payload),
            Pop,
            Ring,
            out var read,
            out var range
        );

        Assert.True(isRead);
        Assert.Equal(Header, read);
        Assert.Equal(header.Length, range.Start.Value);
    }

    [Fact]
    public void TryRead_PassedOnBefore_SaysSo()
    {
        var datagram = new byte[100];
        var header = Header with { IsOnward = true };
        var length = HopDatagram.Write(datagram, header, [1, 2, 3], NewKey);

        Assert.True(
            HopDatagram.TryRead(datagram.AsSpan(0, length), Pop, Ring, out var read, out _)
        );
        Assert.Equal(header, read);
    }

    [Fact]
    public void TryRead_Junk_NeverThrows() =>
        Seeds.Check(
            random =>
            {
                var datagram = new byte[random.NextInt32(200)];
                random.Fill(datagram);
                if (datagram.Length > 1)
                {
                    datagram[0] = 1;
                }

                Assert.False(HopDatagram.TryRead(datagram, Pop, Ring, out _, out _));
            },
            rounds: 1000
        );

    [Fact]
    public void WriteAndTryRead_Any_AllocateNothing()
    {
        var destination = new byte[1400];
        var payload = new byte[1200];
        AllocationAssert.None(() =>
        {
            var length = HopDatagram.Write(destination, Header, payload, NewKey);
            _ = HopDatagram.TryRead(destination.AsSpan(0, length), Pop, Ring, out _, out _);
        });
    }

    private static byte[] Write(byte[] payload, PopKey key)
    {
        var datagram = new byte[1600];
        return datagram[..HopDatagram.Write(datagram, Header, payload, key)];
    }

    /// <summary>What a later version would write, put together here from the format's description.</summary>
    private static byte[] Longer(byte[] payload, byte[] appended)
    {
        var datagram = Write(payload, NewKey);
        byte[] header = [.. datagram[..HopDatagram.HeaderBytes], .. appended];
        header[1] = (byte)header.Length;
        return Seal(header, payload);
    }

    /// <summary>Puts a MAC over a header, and the payload behind it.</summary>
    private static byte[] Seal(byte[] header, byte[] payload)
    {
        header.AsSpan(MacOffset, 8).Clear();
        var key = System.Security.Cryptography.HMACSHA256.HashData(
            "a new secret of the PoP!"u8,
            "hop 1"u8
        );
        var mac = System.Security.Cryptography.HMACSHA256.HashData(key, header);
        mac.AsSpan(0, 8).CopyTo(header.AsSpan(MacOffset));
        return [.. header, .. payload];
    }
}
