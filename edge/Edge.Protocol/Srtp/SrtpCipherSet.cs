using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Protocol.Srtp;

/// <summary>The session keys of one direction of RTP or of RTCP, ready for use.</summary>
internal sealed class SrtpCipherSet : IDisposable
{
    /// <summary>Tag of AES-GCM (RFC 7714 §13.1).</summary>
    public const int AeadTagBytes = 16;

    /// <summary>Tag of HMAC-SHA1-80 (RFC 3711 §4.2.1).</summary>
    public const int HmacTagBytes = 10;

    private const int SaltBytesMax = 14;
    private const int AuthenticationKeyBytes = 20;
    private const int AeadIvBytes = 12;
    private const int CounterBytes = 16;
    private const int KeyBytesMax = 32;

    private readonly byte[] _salt = new byte[SaltBytesMax];
    private readonly ISrtpAead? _aead;
    private readonly ISrtpKeyStream? _stream;
    private readonly ISrtpAuthenticator? _authenticator;

    private SrtpCipherSet(
        ReadOnlySpan<byte> salt,
        ISrtpAead? aead,
        ISrtpKeyStream? stream,
        ISrtpAuthenticator? authenticator
    )
    {
        salt.CopyTo(_salt);
        _aead = aead;
        _stream = stream;
        _authenticator = authenticator;
    }

    /// <summary>Whether encryption and authentication are one (AES-GCM).</summary>
    public bool IsAead => _aead is not null;

    /// <summary>Bytes of the tag.</summary>
    public int TagBytes => _aead is not null ? AeadTagBytes : HmacTagBytes;

    /// <summary>Derives the keys of one direction; <paramref name="labelOffset"/> chooses RTP or RTCP.</summary>
    public static SrtpCipherSet Create(
        ISrtpCipherFactory ciphers,
        SrtpProfile profile,
        ReadOnlySpan<byte> masterKey,
        ReadOnlySpan<byte> masterSalt,
        byte labelOffset,
        SrtpDirection direction
    )
    {
        using var master = ciphers.CreateKeyStream(masterKey);
        Span<byte> keyBuffer = stackalloc byte[KeyBytesMax];
        Span<byte> saltBuffer = stackalloc byte[SaltBytesMax];
        var key = keyBuffer[..masterKey.Length];
        var salt = saltBuffer[..masterSalt.Length];
        SrtpKeyDerivation.Derive(
            master,
            masterSalt,
            (byte)(SrtpKeyDerivation.RtpKeyLabel + labelOffset),
            key
        );
        SrtpKeyDerivation.Derive(
            master,
            masterSalt,
            (byte)(SrtpKeyDerivation.RtpSaltLabel + labelOffset),
            salt
        );
        if (profile != SrtpProfile.Aes128CmSha1Tag80)
        {
            var aead = new SrtpCipherSet(salt, ciphers.CreateAead(key, direction), null, null);
            CryptographicOperations.ZeroMemory(keyBuffer);
            return aead;
        }

        Span<byte> authenticationKey = stackalloc byte[AuthenticationKeyBytes];
        SrtpKeyDerivation.Derive(
            master,
            masterSalt,
            (byte)(SrtpKeyDerivation.RtpAuthenticationLabel + labelOffset),
            authenticationKey
        );
        var counterMode = new SrtpCipherSet(
            salt,
            null,
            ciphers.CreateKeyStream(key),
            ciphers.CreateAuthenticator(authenticationKey)
        );
        CryptographicOperations.ZeroMemory(keyBuffer);
        CryptographicOperations.ZeroMemory(authenticationKey);
        return counterMode;
    }

    /// <summary>AEAD: encrypts and writes the tag.</summary>
    public bool Seal(
        uint ssrc,
        long index,
        SrtpAssociatedData associated,
        SrtpPlainText plain,
        Span<byte> destination,
        Span<byte> tag
    )
    {
        Span<byte> iv = stackalloc byte[AeadIvBytes];
        WriteIv(iv, ssrcOffset: 2, ssrc, index);
        return _aead!.Seal(iv, associated, plain, destination, tag);
    }

    /// <summary>AEAD: decrypts in place and checks the tag.</summary>
    public bool Open(
        uint ssrc,
        long index,
        SrtpAssociatedData associated,
        Span<byte> text,
        ReadOnlySpan<byte> tag
    )
    {
        Span<byte> iv = stackalloc byte[AeadIvBytes];
        WriteIv(iv, ssrcOffset: 2, ssrc, index);
        return _aead!.Open(iv, associated, text, tag);
    }

    /// <summary>AES-CM: adds the key stream of a packet.</summary>
    public bool Apply(uint ssrc, long index, SrtpPlainText text, Span<byte> destination)
    {
        Span<byte> counter = stackalloc byte[CounterBytes];
        counter.Clear();
        WriteIv(counter[..SaltBytesMax], ssrcOffset: 4, ssrc, index);
        return _stream!.Apply(counter, text, destination);
    }

    /// <summary>HMAC: writes the truncated tag of a message and what follows it.</summary>
    public bool Authenticate(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> tag)
    {
        Span<byte> code = stackalloc byte[ISrtpAuthenticator.CodeBytes];
        if (!_authenticator!.Compute(message, trailer, code))
        {
            return false;
        }

        code[..HmacTagBytes].CopyTo(tag);
        return true;
    }

    /// <summary>HMAC: whether a tag is right; takes the same time for every wrong one.</summary>
    public bool IsAuthentic(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> trailer,
        ReadOnlySpan<byte> tag
    )
    {
        Span<byte> expected = stackalloc byte[HmacTagBytes];
        return Authenticate(message, trailer, expected)
            && CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _aead?.Dispose();
        _stream?.Dispose();
        _authenticator?.Dispose();
    }

    /// <summary>Writes salt XOR (SSRC, 48-bit index): RFC 3711 §4.1.1, RFC 7714 §8.1 and §9.1.</summary>
    /// <remarks>
    /// Shape: 12 bytes for GCM, 14 for the counter block without its two counting bytes:
    /// <code>
    ///  GCM   0 0 | SSRC (4) | index (6)          CM   0 0 0 0 | SSRC (4) | index (6)
    /// </code>
    /// An SRTCP index of 31 bits stands in the last four bytes of the index.
    /// </remarks>
    private void WriteIv(Span<byte> iv, int ssrcOffset, uint ssrc, long index)
    {
        _salt.AsSpan(0, iv.Length).CopyTo(iv);
        var ssrcField = iv.Slice(ssrcOffset, 4);
        BinaryPrimitives.WriteUInt32BigEndian(
            ssrcField,
            BinaryPrimitives.ReadUInt32BigEndian(ssrcField) ^ ssrc
        );
        // The two bytes before the 48-bit field belong to the SSRC: XOR with zero leaves them.
        var indexField = iv[^8..];
        BinaryPrimitives.WriteUInt64BigEndian(
            indexField,
            BinaryPrimitives.ReadUInt64BigEndian(indexField) ^ (ulong)index
        );
    }
}
