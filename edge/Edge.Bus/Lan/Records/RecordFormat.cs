namespace Edge.Bus.Lan.Records;

/// <summary>The shape of what goes over a connection after the handshake.</summary>
/// <remarks>
/// <code>
///  offset bytes
///       0     4  n, big endian: bytes that follow, 16 to PlainBytesMax + 16
///       4  n-16  frames, AES-256-GCM encrypted
///    n-12    16  tag; additional data: bytes 0 to 3
/// </code>
/// Records are numbered from 0 in each direction; the nonce is the number as 12 bytes, big endian.
/// </remarks>
internal static class RecordFormat
{
    internal const int LengthBytes = 4;
    internal const int TagBytes = 16;
    internal const int NonceBytes = 12;

    /// <summary>What a record has beside its frames.</summary>
    internal const int OverheadBytes = LengthBytes + TagBytes;

    /// <summary>Most bytes of frames in one record: one frame of the largest message, with its subjects.</summary>
    internal const int PlainBytesMax = FrameFormat.BytesMax;

    /// <summary>Records under one key; then the next key is derived. Chosen: an eighth of what RFC 9001 §6.6
    /// allows AES-GCM (2^23 packets of at most 2^16 bytes), since ours may be longer.</summary>
    internal const ulong RecordsPerKey = 1 << 20;
}
