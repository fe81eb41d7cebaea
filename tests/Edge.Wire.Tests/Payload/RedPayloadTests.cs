using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>RFC 2198 §3.</summary>
public sealed class RedPayloadTests
{
    private const byte Opus = 111;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(RedPayload.CopiesMax)]
    public void TryParse_Copies_FindsThePacketsOwnSound(int copies)
    {
        var payload = Make(Opus, [.. Enumerable.Range(3, copies)], own: 7);

        Assert.True(RedPayload.TryParse(payload, out var red));
        Assert.Equal(new PayloadType(Opus), red.Format);
        Assert.Equal((copies * 4) + 1, red.HeaderBytes);
        Assert.Equal(7, red.PrimaryBytes);
        Assert.All(payload[red.PrimaryOffset..], each => Assert.Equal(0xEE, each));
    }

    [Fact]
    public void TryParse_WhatCannotBeGivenOn_Refused()
    {
        Assert.False(RedPayload.TryParse([], out _));
        Assert.False(RedPayload.TryParse([Opus], out _));
        Assert.False(RedPayload.TryParse([0x80 | Opus, 0, 0], out _));
        Assert.False(RedPayload.TryParse(Make(Opus, [1023], own: 1).AsSpan(0, 500), out _));
        Assert.False(RedPayload.TryParse(Make(Opus, [5], own: 0), out _));
        Assert.False(
            RedPayload.TryParse(
                Make(Opus, [.. Enumerable.Repeat(1, RedPayload.CopiesMax + 1)], own: 3),
                out _
            )
        );
        var mixed = Make(Opus, [5], own: 5);
        mixed[4] = 63;
        Assert.False(RedPayload.TryParse(mixed, out _));
    }

    [Fact]
    public void WriteHeader_OtherNumber_AllBlocksHaveItAndNothingElseChanges()
    {
        var payload = Make(Opus, [5, 900], own: 9);
        Assert.True(RedPayload.TryParse(payload, out var red));
        var header = WriterAssert.WritesAllOrNothing(to => red.WriteHeader(payload, new(109), to));

        Assert.Equal(red.HeaderBytes, header.Length);
        byte[] written = [.. header, .. payload[red.HeaderBytes..]];
        Assert.True(RedPayload.TryParse(written, out var again));
        Assert.Equal(new PayloadType(109), again.Format);
        Assert.True(RedPayload.TryParse(payload, out var before));
        Assert.Equal(before.PrimaryOffset, again.PrimaryOffset);
        Assert.Equal(payload[1..4], written[1..4]);
    }

    /// <summary>Any bytes, and right ones with some changed: what is read lies inside, and reads the same when it was
    /// written again.</summary>
    [Fact]
    public void TryParse_AnyBytes_StaysInside() =>
        Seeds.Check(
            random =>
            {
                var accepted = 0;
                for (var step = 0; step < 5000; step++)
                {
                    var payload = Make(
                        (byte)random.NextInt32(128),
                        [
                            .. Enumerable
                                .Range(0, random.NextInt32(10))
                                .Select(_ => random.NextInt32(40)),
                        ],
                        random.NextInt32(50)
                    );
                    for (var change = random.NextInt32(4); change > 0; change--)
                    {
                        payload[random.NextInt32(payload.Length)] = (byte)random.NextInt32(256);
                    }

                    payload = payload[..random.NextInt32(payload.Length + 1)];
                    if (!RedPayload.TryParse(payload, out var red))
                    {
                        continue;
                    }

                    accepted++;
                    Assert.InRange(red.HeaderBytes, 1, RedPayload.HeaderBytesMax);
                    Assert.InRange(red.PrimaryOffset, red.HeaderBytes, payload.Length - 1);
                    Assert.Equal(payload.Length, red.PrimaryOffset + red.PrimaryBytes);
                    var header = new byte[RedPayload.HeaderBytesMax];
                    var length = red.WriteHeader(payload, red.Format, header);
                    Assert.Equal(payload[..red.HeaderBytes], header[..length]);
                }

                Assert.InRange(accepted, 500, 4500);
            },
            rounds: 4
        );

    [Fact]
    public void TryParseWriteHeader_Steady_AllocateNothing()
    {
        var payload = Make(Opus, [100, 100], own: 100);
        var header = new byte[RedPayload.HeaderBytesMax];
        AllocationAssert.None(() =>
        {
            _ = RedPayload.TryParse(payload, out var red);
            _ = red.WriteHeader(payload, new(109), header);
        });
        Assert.Equal(0x80 | 109, header[0]);
    }

    private static byte[] Make(byte format, int[] copies, int own)
    {
        var bytes = new List<byte>();
        foreach (var length in copies)
        {
            bytes.AddRange([
                (byte)(0x80 | format),
                0x0F,
                (byte)(length >> 8),
                (byte)(length & 0xFF),
            ]);
        }

        bytes.Add(format);
        bytes.AddRange(copies.SelectMany(length => Enumerable.Repeat((byte)0xC0, length)));
        bytes.AddRange(Enumerable.Repeat((byte)0xEE, own));
        return [.. bytes];
    }
}
