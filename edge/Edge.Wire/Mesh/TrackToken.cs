using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh;

/// <summary>Names a track or a data channel on subjects between nodes, whatever its name is made of.</summary>
/// <remarks>
/// Shape: 16 bytes, as text 22 characters of base64url without padding: a token of a subject. It tells
/// neither the session's id nor the name to who does not know them.
/// </remarks>
public readonly record struct TrackToken
{
    /// <summary>Bytes of a token.</summary>
    public const int Bytes = 16;

    /// <summary>Characters of a token.</summary>
    public const int TextLength = 22;

    private readonly ulong _high;
    private readonly ulong _low;

    private TrackToken(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The token of a track or channel: the beginning of the SHA-256 of its session's id, a zero
    /// byte and its name.</summary>
    /// <param name="sessionId">The id of the session that publishes it; has no zero character.</param>
    /// <param name="name">Its name in that session.</param>
    public static TrackToken Create(string sessionId, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{sessionId}\0{name}"), hash);
        return Read(hash);
    }

    /// <summary>The token of a data channel. A track of the same name has another: no session has the id that
    /// is put in front. What another app asks for under the same names has another as well: whoever asks is watched for
    /// before its owner has said whether it may.</summary>
    /// <param name="appId">The app of who asks.</param>
    /// <param name="sessionId">The id of the session that publishes it; has no zero character.</param>
    /// <param name="name">Its name in that session.</param>
    public static TrackToken CreateChannel(string appId, string sessionId, string name) =>
        Create($"channel {appId}", $"{sessionId}\0{name}");

    /// <summary>Takes a token from its bytes; false when they are not as many as a token has.</summary>
    [HotPath]
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out TrackToken token)
    {
        token = bytes.Length == Bytes ? Read(bytes) : default;
        return bytes.Length == Bytes;
    }

    /// <summary>Reads a token from its text; false when it is not exactly what <see cref="ToString"/>
    /// makes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TrackToken token)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        var status = Base64Url.DecodeFromChars(text, bytes, out _, out var length);
        // Four bits of the last character are in no byte; not every decoder wants them to be zero.
        var isOnlySpelling = text is [.., 'A' or 'Q' or 'g' or 'w'] && text.Length == TextLength;
        var isToken = isOnlySpelling && status == OperationStatus.Done;
        return TryCreate(isToken ? bytes[..length] : [], out token);
    }

    /// <summary>Copies the bytes; returns how many, or 0 when they do not fit.</summary>
    [HotPath]
    public int CopyTo(Span<byte> destination)
    {
        if (destination.Length < Bytes)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[sizeof(ulong)..], _low);
        return Bytes;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        CopyTo(bytes);
        writer.WriteBinary(bytes);
    }

    internal static bool TryRead(ref MessagePackReader reader, out TrackToken token)
    {
        token = default;
        return reader.TryReadBinary(out var bytes)
            && (TryCreate(bytes, out token) || reader.Fail(MeshParseError.ValueRange));
    }

    private static TrackToken Read(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..])
        );
}
