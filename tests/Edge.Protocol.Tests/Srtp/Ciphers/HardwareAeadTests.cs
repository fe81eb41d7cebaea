using Edge.Primitives;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>AES-GCM on the processor's instructions against OpenSSL's.</summary>
public sealed class HardwareAeadTests
{
    private const int LengthMax = 1500;
    private const int TagBytes = 16;

    private readonly Prng _random = Prng.FromNumber(7714);

    public static TheoryData<CipherKind, int> Kinds => CipherKinds.WithKeys;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_EveryLength_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        using var pair = new AeadPair(kind, Bytes(keyBytes));
        for (var length = 0; length <= LengthMax; length++)
        {
            // Associated data of 12 to 100 bytes, places in memory at every distance from a line's begin.
            pair.Check(
                Bytes(12),
                Bytes(12 + (length % 89)),
                [],
                Bytes(length),
                headBytes: 0,
                shift: length % 64
            );
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_EveryCut_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        using var pair = new AeadPair(kind, Bytes(keyBytes));
        foreach (
            var length in (int[])
                [1, 15, 16, 17, 95, 96, 97, 111, 112, 223, 224, 225, 351, 352, 480, 607]
        )
        {
            var text = Bytes(length);
            for (var cut = 0; cut <= length; cut++)
            {
                pair.Check(Bytes(12), Bytes(12), [], text, cut, shift: cut % 16);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_TwoPiecesOfAssociatedData_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        using var pair = new AeadPair(kind, Bytes(keyBytes));
        foreach (var headBytes in (int[])[0, 1, 8, 15, 16, 17, 100, 127, 128, 129, 256, 300])
        {
            foreach (var tailBytes in (int[])[0, 1, 4, 13, 16, 100, 128, 200])
            {
                pair.Check(Bytes(12), Bytes(headBytes), Bytes(tailBytes), Bytes(60), 60, shift: 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_RandomShapes_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        for (var round = 0; round < 40; round++)
        {
            using var pair = new AeadPair(kind, Bytes(keyBytes));
            for (var packet = 0; packet < 25; packet++)
            {
                var length = _random.NextInt32(4000);
                pair.Check(
                    Bytes(12),
                    Bytes(_random.NextInt32(400)),
                    Bytes(_random.NextInt32(2) * 4),
                    Bytes(length),
                    _random.NextInt32(length + 1),
                    _random.NextInt32(64)
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_AnyBitWrong_False(CipherKind kind, int keyBytes)
    {
        var key = Bytes(keyBytes);
        var ciphers = CipherKinds.Factory(kind);
        using var seal = ciphers.CreateAead(key, SrtpDirection.Protect);
        using var open = ciphers.CreateAead(key, SrtpDirection.Unprotect);
        foreach (var length in (int[])[0, 5, 96, 97, 250])
        {
            var iv = Bytes(12);
            var header = Bytes(20);
            var text = Bytes(length);
            var packet = new byte[length + TagBytes];
            Assert.True(
                seal.Seal(
                    iv,
                    new(header, []),
                    new([], text),
                    packet.AsSpan(0, length),
                    packet.AsSpan(length)
                )
            );
            for (var bit = 0; bit < 8 * packet.Length; bit++)
            {
                var forged = (byte[])packet.Clone();
                forged[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(
                    open.Open(iv, new(header, []), forged.AsSpan(0, length), forged.AsSpan(length))
                );
            }

            for (var bit = 0; bit < 8 * header.Length; bit++)
            {
                var forged = (byte[])header.Clone();
                forged[bit / 8] ^= (byte)(1 << (bit % 8));
                var copy = (byte[])packet.Clone();
                Assert.False(
                    open.Open(iv, new(forged, []), copy.AsSpan(0, length), copy.AsSpan(length))
                );
            }

            Assert.True(
                open.Open(iv, new(header, []), packet.AsSpan(0, length), packet.AsSpan(length))
            );
            Assert.Equal(text, packet[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_WrongShapesAndAfterItsEnd_False(CipherKind kind, int keyBytes)
    {
        var key = Bytes(keyBytes);
        var ciphers = CipherKinds.Factory(kind);
        var seal = ciphers.CreateAead(key, SrtpDirection.Protect);
        var open = ciphers.CreateAead(key, SrtpDirection.Unprotect);
        var (iv, text, tag) = (Bytes(12), Bytes(40), Bytes(TagBytes));

        Assert.False(open.Seal(iv, default, new([], text), text, tag));
        Assert.False(seal.Open(iv, default, text, tag));
        Assert.False(seal.Seal(iv[1..], default, new(text, []), text, tag));
        Assert.False(seal.Seal(iv, default, new(text, []), text.AsSpan(1), tag));
        Assert.False(seal.Seal(iv, default, new(text, []), text, tag.AsSpan(1)));
        Assert.True(seal.Seal(iv, default, new(text, []), text, tag));
        seal.Dispose();
        open.Dispose();
        Assert.False(seal.Seal(iv, default, new(text, []), text, tag));
        Assert.False(open.Open(iv, default, text, tag));
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.Fill(bytes);
        return bytes;
    }
}
