using System.Buffers.Binary;

namespace Edge.Bus.Lan.Records;

/// <summary>Makes records (<see cref="RecordFormat"/>) of one direction. Threads: one owner.</summary>
internal sealed class RecordSealer(RecordKey key) : IDisposable
{
    /// <summary>Seals frames in place.</summary>
    /// <param name="record">Room for the length, the frames, room for the tag.</param>
    /// <returns>False when no record can be made any more: the connection has to end.</returns>
    internal bool TrySeal(Span<byte> record) =>
        TrySeal(record[RecordFormat.LengthBytes..^RecordFormat.TagBytes], record);

    /// <summary>Seals frames that stand elsewhere.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="record">Where to write the record, as long as it will be.</param>
    /// <returns>As above.</returns>
    internal bool TrySeal(ReadOnlySpan<byte> frames, Span<byte> record)
    {
        Span<byte> nonce = stackalloc byte[RecordFormat.NonceBytes];
        if (key.Next(nonce) is not { } cipher)
        {
            return false;
        }

        var length = record[..RecordFormat.LengthBytes];
        BinaryPrimitives.WriteInt32BigEndian(length, record.Length - RecordFormat.LengthBytes);
        cipher.Encrypt(
            nonce,
            frames,
            record[RecordFormat.LengthBytes..^RecordFormat.TagBytes],
            record[^RecordFormat.TagBytes..],
            length
        );
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
