using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Bus.Lan.Records;

/// <summary>The key of one direction: gives each record a nonce that no other has, and another key from time to
/// time.</summary>
/// <remarks>Both sides count alike, so nothing is sent about it. Key i = HKDF-Expand(secret i, "edge lan key"),
/// secret i+1 = HKDF-Expand(secret i, "edge lan next"). Threads: one owner.</remarks>
internal sealed class RecordKey : IDisposable
{
    private readonly byte[] _secret;
    private readonly ulong _recordsPerKey;
    private readonly ulong _recordsMax;
    private AesGcm _cipher;
    private ulong _count;

    /// <summary>Makes the first key of a secret.</summary>
    /// <param name="secret">32 bytes; the key takes them over.</param>
    /// <param name="recordsPerKey">After how many records the key changes.</param>
    /// <param name="recordsMax">After how many records there is none any more.</param>
    internal RecordKey(
        byte[] secret,
        ulong recordsPerKey = RecordFormat.RecordsPerKey,
        ulong recordsMax = ulong.MaxValue
    )
    {
        _secret = secret;
        _recordsPerKey = recordsPerKey;
        _recordsMax = recordsMax;
        _cipher = CreateCipher();
    }

    /// <summary>The key of the next record, and the record's nonce; null when all numbers are used.</summary>
    internal AesGcm? Next(Span<byte> nonce)
    {
        if (_count == _recordsMax)
        {
            return null;
        }

        if (_count > 0 && _count % _recordsPerKey == 0)
        {
            _cipher.Dispose();
            HKDF.Expand(HashAlgorithmName.SHA256, _secret, _secret, "edge lan next"u8);
            _cipher = CreateCipher();
        }

        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[sizeof(uint)..], _count);
        _count++;
        return _cipher;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private AesGcm CreateCipher()
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, "edge lan key"u8);
        return new AesGcm(key, RecordFormat.TagBytes);
    }
}
