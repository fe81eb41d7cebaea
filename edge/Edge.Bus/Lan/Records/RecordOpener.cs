using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Bus.Lan.Records;

/// <summary>Opens records (<see cref="RecordFormat"/>) of one direction, in order. Threads: one owner.</summary>
/// <remarks>Each number is tried once: a record that is not the next one, or was changed, ends the connection.</remarks>
internal sealed class RecordOpener(RecordKey key) : IDisposable
{
    /// <summary>How long the record is that begins here.</summary>
    /// <param name="begun">What has come of it.</param>
    /// <param name="lengthBytes">Its length with everything; what is needed to tell while less has come.</param>
    /// <returns>False when no record begins so.</returns>
    internal static bool TryReadLength(ReadOnlySpan<byte> begun, out int lengthBytes)
    {
        lengthBytes = RecordFormat.LengthBytes;
        if (begun.Length < RecordFormat.LengthBytes)
        {
            return true;
        }

        var rest = BinaryPrimitives.ReadUInt32BigEndian(begun);
        if (rest is < RecordFormat.TagBytes or > RecordFormat.PlainBytesMax + RecordFormat.TagBytes)
        {
            return false;
        }

        lengthBytes += (int)rest;
        return true;
    }

    /// <summary>Opens a whole record in place.</summary>
    /// <param name="record">The record; its frames are in clear afterwards.</param>
    /// <param name="frames">The frames.</param>
    /// <returns>False when it is not authentic or not the next one.</returns>
    internal bool TryOpen(Span<byte> record, out ReadOnlySpan<byte> frames)
    {
        frames = default;
        Span<byte> nonce = stackalloc byte[RecordFormat.NonceBytes];
        if (key.Next(nonce) is not { } cipher)
        {
            return false;
        }

        var text = record[RecordFormat.LengthBytes..^RecordFormat.TagBytes];
        try
        {
            cipher.Decrypt(
                nonce,
                text,
                record[^RecordFormat.TagBytes..],
                text,
                record[..RecordFormat.LengthBytes]
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        frames = text;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
