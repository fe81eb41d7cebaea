using System.Security.Cryptography;
using Edge.Protocol.Dtls;

namespace Edge.Native.OpenSsl;

/// <summary>Takes a connection's keys and numbers out of libssl, for a record layer of our own.</summary>
/// <remarks>For the cipher suites of AES-GCM only; another one keeps its SSL object. Sources: RFC 5246 §6.3,
/// RFC 5288 §3.</remarks>
internal static class DtlsKeyExport
{
    private const int SaltBytes = 4;
    private const int MasterSecretBytes = 48;
    private const int RandomBytes = 32;
    private const int KeyBytesMax = 32;

    /// <summary>Exports from an established connection; null when its cipher suite is another or libssl
    /// does not tell.</summary>
    public static unsafe DtlsRecordKeys? TryExport(nint ssl, DtlsRole role, DtlsLastRecord lastSent)
    {
        var keyBytes = KeyBytesOf(
            LibSsl.SSL_CIPHER_get_protocol_id(LibSsl.SSL_get_current_cipher(ssl))
        );
        if (keyBytes == 0 || !lastSent.IsSet)
        {
            return null;
        }

        var master = stackalloc byte[MasterSecretBytes];
        var seed = stackalloc byte[2 * RandomBytes];
        var session = LibSsl.SSL_get_session(ssl);
        if (
            session == 0
            || LibSsl.SSL_SESSION_get_master_key(session, master, MasterSecretBytes)
                != MasterSecretBytes
            || LibSsl.SSL_get_server_random(ssl, seed, RandomBytes) != RandomBytes
            || LibSsl.SSL_get_client_random(ssl, seed + RandomBytes, RandomBytes) != RandomBytes
        )
        {
            return null;
        }

        Span<byte> secret = new(master, MasterSecretBytes);
        Span<byte> keyBlock = stackalloc byte[2 * (KeyBytesMax + SaltBytes)];
        keyBlock = keyBlock[..(2 * (keyBytes + SaltBytes))];
        // The suites with the long key hash with SHA-384 (RFC 5289 §3.2).
        DtlsKeyExpansion.Expand(
            keyBytes == KeyBytesMax ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256,
            secret,
            new(seed, 2 * RandomBytes),
            keyBlock
        );
        var keys = Cut(keyBlock, keyBytes, role, lastSent);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(keyBlock);
        return keys;
    }

    /// <summary>RFC 5246 §6.3: client key, server key, client salt, server salt.</summary>
    private static DtlsRecordKeys Cut(
        ReadOnlySpan<byte> keyBlock,
        int keyBytes,
        DtlsRole role,
        DtlsLastRecord lastSent
    )
    {
        var clientKey = keyBlock[..keyBytes].ToArray();
        var serverKey = keyBlock.Slice(keyBytes, keyBytes).ToArray();
        var clientSalt = keyBlock.Slice(2 * keyBytes, SaltBytes).ToArray();
        var serverSalt = keyBlock.Slice((2 * keyBytes) + SaltBytes, SaltBytes).ToArray();
        var isClient = role == DtlsRole.Client;
        return new()
        {
            WriteKey = isClient ? clientKey : serverKey,
            WriteSalt = isClient ? clientSalt : serverSalt,
            ReadKey = isClient ? serverKey : clientKey,
            ReadSalt = isClient ? serverSalt : clientSalt,
            SentNumber = lastSent.Number,
            SentNonce = lastSent.Nonce,
        };
    }

    /// <summary>The key length of a suite with AES-GCM and an 8-byte explicit nonce (RFC 5289 §3.2); 0
    /// for any other.</summary>
    private static int KeyBytesOf(ushort suite) =>
        suite switch
        {
            0xC02B or 0xC02F => 16,
            0xC02C or 0xC030 => 32,
            _ => 0,
        };
}
