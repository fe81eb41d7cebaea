using System.Buffers.Binary;

namespace Edge.Bus.Lan.Records;

/// <summary>Makes records (<see cref="RecordFormat"/>) of one direction. Threads: one owner.</summary>
internal sealed class RecordSealer(RecordKey key) : IDisposable
{
    /// <summary>Seals frames in place.</summary>
    /// <param name="record">Room for the length, the frames, room for the tag.</param>
    /// <returns>False when no record can be made any more: the connection has to end.</returns>
    internal bool TrySeal(Span<byte> record)
    {
        Span<byte> nonce = stackalloc byte[RecordFormat.NonceBytes];
        if (key.Next(nonce) is not { } cipher)
        {
            return false;
        }

        var length = record[..RecordFormat.LengthBytes];
        BinaryPrimitives.WriteInt32BigEndian(length, record.Length - RecordFormat.LengthBytes);
        var plain = record[RecordFormat.LengthBytes..^RecordFormat.TagBytes];
        cipher.Encrypt(nonce, plain, plain, record[^RecordFormat.TagBytes..], length);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
