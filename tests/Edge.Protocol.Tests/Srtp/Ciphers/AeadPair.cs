using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>Our AES-GCM and OpenSSL's under one key, in both directions.</summary>
internal sealed class AeadPair : IDisposable
{
    private const int TagBytes = 16;
    private const int GuardBytes = 64;

    private readonly ISrtpAead _seal;
    private readonly ISrtpAead _open;
    private readonly ISrtpAead _referenceSeal;
    private readonly ISrtpAead _referenceOpen;

    public AeadPair(CipherKind kind, byte[] key)
    {
        var ours = CipherKinds.Factory(kind);
        var reference = OpenSslSrtpCipherFactory.Instance;
        _seal = ours.CreateAead(key, SrtpDirection.Protect);
        _open = ours.CreateAead(key, SrtpDirection.Unprotect);
        _referenceSeal = reference.CreateAead(key, SrtpDirection.Protect);
        _referenceOpen = reference.CreateAead(key, SrtpDirection.Unprotect);
    }

    /// <summary>Seals a text with both and opens what the other sealed; nothing beside it is written.</summary>
    /// <param name="iv">The IV.</param>
    /// <param name="head">Associated data.</param>
    /// <param name="tail">And what follows it.</param>
    /// <param name="text">The plain text.</param>
    /// <param name="headBytes">So much of it stands in the destination already.</param>
    /// <param name="shift">How far behind an array's begin everything lies.</param>
    public void Check(byte[] iv, byte[] head, byte[] tail, byte[] text, int headBytes, int shift)
    {
        var associated = new SrtpAssociatedData(head, tail);
        var expected = new byte[text.Length + TagBytes];
        Assert.True(
            _referenceSeal.Seal(
                iv,
                associated,
                new([], text),
                expected.AsSpan(0, text.Length),
                expected.AsSpan(text.Length)
            )
        );

        var memory = Guarded(shift, expected.Length);
        var packet = memory.AsSpan(shift, expected.Length);
        text.AsSpan(0, headBytes).CopyTo(packet);
        var body = packet[..text.Length];
        var tag = packet[text.Length..];
        var plain = new SrtpPlainText(body[..headBytes], text.AsSpan(headBytes));
        Assert.True(_seal.Seal(iv, associated, plain, body, tag));
        Same(expected, packet);
        Unharmed(memory, shift, expected.Length);

        Assert.True(_open.Open(iv, associated, body, tag));
        Same(text, body);
        Same(expected.AsSpan(text.Length), tag);
        Unharmed(memory, shift, expected.Length);

        expected.CopyTo(packet);
        Assert.True(_referenceOpen.Open(iv, associated, body, tag));
        Same(text, body);
    }

    public void Dispose()
    {
        _seal.Dispose();
        _open.Dispose();
        _referenceSeal.Dispose();
        _referenceOpen.Dispose();
    }

    private static byte[] Guarded(int shift, int length)
    {
        var memory = new byte[shift + length + GuardBytes];
        memory.AsSpan().Fill(0xA5);
        return memory;
    }

    private static void Unharmed(ReadOnlySpan<byte> memory, int shift, int length)
    {
        Assert.False(memory[..shift].ContainsAnyExcept((byte)0xA5));
        Assert.False(memory[(shift + length)..].ContainsAnyExcept((byte)0xA5));
    }

    private static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Equal(expected.ToArray(), actual.ToArray());
        }
    }
}
