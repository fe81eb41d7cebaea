using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>What is kept of a connection whose handshake nobody can ask for again: the keys to say
/// close_notify and to hear it.</summary>
/// <remarks>
/// An SSL object holds some 48 KiB, most of it for a handshake. This holds some 150 bytes. It is for the
/// cipher suites of AES-GCM only; another one keeps its SSL object. Numbers and nonces go on after the
/// last record of libssl, so that none is used twice. Sources: RFC 5246 §5, §6.2.3.3, §6.3, RFC 5288 §3,
/// RFC 6347 §4.1.2.1.
/// </remarks>
internal sealed class DtlsGoodbye : IDisposable
{
    private const byte TypeAlert = 21;
    private const byte LevelWarning = 1;
    private const byte DescriptionCloseNotify = 0;
    private const int AlertBytes = 2;
    private const int NonceBytes = 8;
    private const int SaltBytes = 4;
    private const int TagBytes = 16;
    private const int AssociatedBytes = 13;
    private const int FragmentBytes = NonceBytes + AlertBytes + TagBytes;
    private const int RecordBytes = DtlsLastRecord.HeaderBytes + FragmentBytes;
    private const int NumberOffset = 3;
    private const int MasterSecretBytes = 48;
    private const int RandomBytes = 32;
    private const int KeyBytesMax = 32;

    private readonly byte[] _writeKey;
    private readonly byte[] _readKey;
    private readonly byte[] _writeSalt;
    private readonly byte[] _readSalt;
    private ulong _number;
    private ulong _nonce;

    private DtlsGoodbye(
        ReadOnlySpan<byte> keyBlock,
        int keyBytes,
        DtlsRole role,
        DtlsLastRecord lastSent
    )
    {
        // RFC 5246 §6.3: client key, server key, client salt, server salt.
        var clientKey = keyBlock[..keyBytes].ToArray();
        var serverKey = keyBlock.Slice(keyBytes, keyBytes).ToArray();
        var clientSalt = keyBlock.Slice(2 * keyBytes, SaltBytes).ToArray();
        var serverSalt = keyBlock.Slice((2 * keyBytes) + SaltBytes, SaltBytes).ToArray();
        var isClient = role == DtlsRole.Client;
        (_writeKey, _readKey) = isClient ? (clientKey, serverKey) : (serverKey, clientKey);
        (_writeSalt, _readSalt) = isClient ? (clientSalt, serverSalt) : (serverSalt, clientSalt);
        _number = lastSent.Number;
        _nonce = lastSent.Nonce;
    }

    /// <summary>Takes over from an established connection; null when its cipher suite is another or
    /// libssl does not tell.</summary>
    public static unsafe DtlsGoodbye? TryCreate(nint ssl, DtlsRole role, DtlsLastRecord lastSent)
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
        var goodbye = new DtlsGoodbye(keyBlock, keyBytes, role, lastSent);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(keyBlock);
        return goodbye;
    }

    /// <summary>Whether a record is the peer's close_notify.</summary>
    public bool IsCloseNotify(ReadOnlySpan<byte> record)
    {
        if (
            record.Length != RecordBytes
            || record[0] != TypeAlert
            || BinaryPrimitives.ReadUInt16BigEndian(record[(RecordBytes - FragmentBytes - 2)..])
                != FragmentBytes
        )
        {
            return false;
        }

        Span<byte> alert = stackalloc byte[AlertBytes];
        record.Slice(DtlsLastRecord.HeaderBytes + NonceBytes, AlertBytes).CopyTo(alert);
        Span<byte> associated = stackalloc byte[AssociatedBytes];
        WriteAssociated(associated, record);
        Span<byte> iv = stackalloc byte[SaltBytes + NonceBytes];
        _readSalt.CopyTo(iv);
        record.Slice(DtlsLastRecord.HeaderBytes, NonceBytes).CopyTo(iv[SaltBytes..]);
        using var cipher = new OpenSslAead(_readKey, SrtpDirection.Unprotect);
        return cipher.Open(iv, new(associated, []), alert, record[^TagBytes..])
            && alert[1] == DescriptionCloseNotify;
    }

    /// <summary>Makes the record of our close_notify.</summary>
    public byte[] CreateCloseNotify()
    {
        _number++;
        _nonce = unchecked(_nonce + 1);
        var record = new byte[RecordBytes];
        record[0] = TypeAlert;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), LibSsl.VersionDtls12);
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(NumberOffset), _number);
        BinaryPrimitives.WriteUInt16BigEndian(
            record.AsSpan(DtlsLastRecord.HeaderBytes - 2),
            FragmentBytes
        );
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(DtlsLastRecord.HeaderBytes), _nonce);
        Span<byte> associated = stackalloc byte[AssociatedBytes];
        WriteAssociated(associated, record);
        Span<byte> iv = stackalloc byte[SaltBytes + NonceBytes];
        _writeSalt.CopyTo(iv);
        record.AsSpan(DtlsLastRecord.HeaderBytes, NonceBytes).CopyTo(iv[SaltBytes..]);
        using var cipher = new OpenSslAead(_writeKey, SrtpDirection.Protect);
        var isSealed = cipher.Seal(
            iv,
            new(associated, []),
            new([LevelWarning, DescriptionCloseNotify], []),
            record.AsSpan(DtlsLastRecord.HeaderBytes + NonceBytes, AlertBytes),
            record.AsSpan(RecordBytes - TagBytes)
        );
        return isSealed ? record : [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_writeKey);
        CryptographicOperations.ZeroMemory(_readKey);
    }

    /// <summary>RFC 5246 §6.2.3.3: number, type, version, length of the plain text.</summary>
    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> record)
    {
        record.Slice(NumberOffset, 8).CopyTo(associated);
        record[..NumberOffset].CopyTo(associated[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(associated[11..], AlertBytes);
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
