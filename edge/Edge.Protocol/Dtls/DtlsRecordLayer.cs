using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <summary>The record layer of a DTLS 1.2 connection whose handshake is over: application data and alerts
/// under AES-GCM.</summary>
/// <remarks>
/// The library keeps some 48 KiB for a handshake that nobody can ask for again; this keeps the keys.
/// Numbers and nonces go on after the library's last record, so that none is used twice, and what the
/// library may have read counts as read. Shape of a record (RFC 6347 §4.1, RFC 5288 §3):
/// <code>
///  type (1) | version (2) | epoch (2) | sequence number (6) | length (2) | explicit nonce (8) | text | tag (16)
/// </code>
/// Ciphers are made with their first use: most connections only say goodbye. Threads: one owner.
/// </remarks>
public sealed partial class DtlsRecordLayer : IDisposable
{
    /// <summary>Bytes of a record before its text.</summary>
    public const int TextOffset = DtlsRecord.HeaderBytes + NonceBytes;

    /// <summary>Bytes of a record behind its text.</summary>
    public const int TagBytes = 16;

    private const int NonceBytes = 8;
    private const int SaltBytes = 4;
    private const int AssociatedBytes = 13;
    private const int VersionOffset = 1;
    private const int NumberOffset = 3;
    private const int LengthOffset = 11;
    private const ushort Version12 = 0xFEFD;
    private const ulong SequenceMask = 0x0000_FFFF_FFFF_FFFF;

    private readonly DtlsRecordKeys _keys;
    private readonly ISrtpCipherFactory _ciphers;
    private readonly ReplayWindow _replays = new();
    private ISrtpAead? _seal;
    private ISrtpAead? _open;
    private ulong _number;
    private ulong _nonce;
    private IndexLimit _limit = new((long)SequenceMask);

    /// <summary>Goes on where the library stopped.</summary>
    /// <param name="keys">Keys and numbers, owned from now on.</param>
    /// <param name="ciphers">The crypto library.</param>
    /// <param name="receivedNumber">The highest sequence number of a record that the library read: up to
    /// it everything counts as received.</param>
    public DtlsRecordLayer(DtlsRecordKeys keys, ISrtpCipherFactory ciphers, long receivedNumber)
    {
        _keys = keys;
        _ciphers = ciphers;
        _number = keys.SentNumber;
        _nonce = keys.SentNonce;
        _replays.Accept(receivedNumber);
        _replays.Close();
    }

    /// <summary>Writes a record around a text that stands at <see cref="TextOffset"/> already.</summary>
    /// <returns>The record's length; 0 when it does not fit, or when its number is not granted or numbers are used up.</returns>
    [HotPath]
    public int Seal(byte type, Span<byte> destination, int textLength)
    {
        var length = TextOffset + textLength + TagBytes;
        var next = SentNumber + 1;
        if (length > destination.Length || (_limit.IsBeyondMark(next) && !TryCross(next)))
        {
            return 0;
        }

        _number++;
        _nonce = unchecked(_nonce + 1);
        var record = destination[..length];
        record[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(record[VersionOffset..], Version12);
        BinaryPrimitives.WriteUInt64BigEndian(record[NumberOffset..], _number);
        BinaryPrimitives.WriteUInt16BigEndian(
            record[LengthOffset..],
            (ushort)(length - DtlsRecord.HeaderBytes)
        );
        BinaryPrimitives.WriteUInt64BigEndian(record[DtlsRecord.HeaderBytes..], _nonce);
        Span<byte> associated = stackalloc byte[AssociatedBytes];
        WriteAssociated(associated, record, textLength);
        Span<byte> iv = stackalloc byte[SaltBytes + NonceBytes];
        WriteIv(iv, _keys.WriteSalt, record);
        _seal ??= _ciphers.CreateAead(_keys.WriteKey, SrtpDirection.Protect);
        var text = record.Slice(TextOffset, textLength);
        return _seal.Seal(iv, new(associated, []), new(text, []), text, record[^TagBytes..])
            ? length
            : 0;
    }

    /// <summary>Decrypts a record in place; false when it is not authentic, or came before.</summary>
    /// <param name="record">One whole record.</param>
    /// <param name="text">Its text, a part of <paramref name="record"/>.</param>
    [HotPath]
    public bool TryOpen(Span<byte> record, out Span<byte> text)
    {
        text = default;
        var textLength = record.Length - TextOffset - TagBytes;
        if (textLength < 0)
        {
            return false;
        }

        var number = BinaryPrimitives.ReadUInt64BigEndian(record[NumberOffset..]);
        var index = unchecked((long)(number & SequenceMask)); // 48 bits.
        if (
            (number & ~SequenceMask) != (_number & ~SequenceMask)
            || _replays.Check(index) != ReplayVerdict.Fresh
        )
        {
            return false;
        }

        Span<byte> associated = stackalloc byte[AssociatedBytes];
        WriteAssociated(associated, record, textLength);
        Span<byte> iv = stackalloc byte[SaltBytes + NonceBytes];
        WriteIv(iv, _keys.ReadSalt, record);
        _open ??= _ciphers.CreateAead(_keys.ReadKey, SrtpDirection.Unprotect);
        var opened = record.Slice(TextOffset, textLength);
        if (!_open.Open(iv, new(associated, []), opened, record[^TagBytes..]))
        {
            return false;
        }

        _replays.Accept(index);
        text = opened;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seal?.Dispose();
        _open?.Dispose();
        CryptographicOperations.ZeroMemory(_keys.WriteKey);
        CryptographicOperations.ZeroMemory(_keys.ReadKey);
    }

    /// <summary>RFC 5246 §6.2.3.3: number, type, version, length of the text.</summary>
    private static void WriteAssociated(
        Span<byte> associated,
        ReadOnlySpan<byte> record,
        int textLength
    )
    {
        record.Slice(NumberOffset, 8).CopyTo(associated);
        record[..NumberOffset].CopyTo(associated[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(associated[11..], (ushort)textLength);
    }

    private static void WriteIv(Span<byte> iv, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record)
    {
        salt.CopyTo(iv);
        record.Slice(DtlsRecord.HeaderBytes, NonceBytes).CopyTo(iv[SaltBytes..]);
    }
}
