using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>AES counter mode on the processor's instructions against OpenSSL's.</summary>
public sealed class HardwareKeyStreamTests
{
    private const int LengthMax = 1500;
    private const int CounterBytes = 16;
    private const int GuardBytes = 64;

    private readonly Prng _random = Prng.FromNumber(3711);

    public static TheoryData<CipherKind, int> Kinds => CipherKinds.WithKeys;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_EveryLength_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        var key = Bytes(keyBytes);
        for (var length = 0; length <= LengthMax; length++)
        {
            Check(kind, key, length, headBytes: 0, shift: length % 64);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_EveryCut_AsOpenSsl(CipherKind kind, int keyBytes)
    {
        var key = Bytes(keyBytes);
        foreach (var length in (int[])[1, 16, 17, 127, 128, 129, 200, 256, 300])
        {
            for (var cut = 0; cut <= length; cut++)
            {
                Check(kind, key, length, cut, shift: cut % 16);
            }
        }
    }

    /// <summary>The counter's last byte turns over behind 256 blocks, its second to last behind 65 536.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_LongestText_AsOpenSsl(CipherKind kind, int keyBytes) =>
        Check(kind, Bytes(keyBytes), ISrtpKeyStream.TextBytesMax, headBytes: 5, shift: 1);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_CounterWouldTurnOver_False(CipherKind kind, int keyBytes)
    {
        using var stream = CipherKinds.Factory(kind).CreateKeyStream(Bytes(keyBytes));
        var text = new byte[ISrtpKeyStream.TextBytesMax + 1];
        Assert.False(stream.Apply(new byte[CounterBytes], new(text, []), text));

        var counter = new byte[CounterBytes];
        counter[^1] = 1;
        Assert.False(stream.Apply(counter, new(text.AsSpan(0, 16), []), text.AsSpan(0, 16)));
    }

    private void Check(CipherKind kind, byte[] key, int length, int headBytes, int shift)
    {
        using var ours = CipherKinds.Factory(kind).CreateKeyStream(key);
        using var reference = OpenSslSrtpCipherFactory.Instance.CreateKeyStream(key);
        var counter = Bytes(CounterBytes);
        counter.AsSpan(CounterBytes - 2).Clear();
        var text = Bytes(length);
        var expected = new byte[length];
        Assert.True(reference.Apply(counter, new([], text), expected));

        var memory = new byte[shift + length + GuardBytes];
        var actual = memory.AsSpan(shift, length);
        text.AsSpan(0, headBytes).CopyTo(actual);
        var pieces = new SrtpPlainText(actual[..headBytes], text.AsSpan(headBytes));
        Assert.True(ours.Apply(counter, pieces, actual));
        Assert.True(actual.SequenceEqual(expected), $"{length} bytes, cut at {headBytes}.");
        Assert.False(memory.AsSpan(0, shift).ContainsAnyExcept((byte)0));
        Assert.False(memory.AsSpan(shift + length).ContainsAnyExcept((byte)0));
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.Fill(bytes);
        return bytes;
    }
}
