using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Says where a session lives, inside its ICE username fragment and its session id, so that
/// whoever meets either finds the owner without asking anybody.</summary>
/// <remarks>
/// One format, big endian, whole groups of three bytes so that no base64 character has spare bits:
/// <code>
/// | version 1 | key id 1 | PoP 2 | node 2 | random 10 or 16 | MAC 8 |
/// </code>
/// The fragment has 10 random bytes and is 32 characters of ice-char (RFC 8839 §5.4); the session id
/// has 16, drawn for itself, because fragments travel in clear, and is 40 characters of base64url
/// (RFC 4648 §5). The MAC is HMAC-SHA256 over all before it and over which of the two it is, cut to 64
/// bits. Chosen: a forger needs 2^63 guesses against a node, which answers none of them.
/// </remarks>
/// <param name="Pop">The number of the owner's PoP.</param>
/// <param name="Node">The number of the owner within its PoP.</param>
/// <param name="KeyId">Which of the PoP's keys the code was made with.</param>
public readonly record struct OwnerCode(ushort Pop, ushort Node, byte KeyId)
{
    /// <summary>Characters of a username fragment.</summary>
    public const int FragmentLength = 32;

    /// <summary>Characters of a session id.</summary>
    public const int SessionIdLength = 40;

    private const byte Version = 1;
    private const int KeyIdOffset = 1;
    private const int PopOffset = 2;
    private const int NodeOffset = 4;
    private const int RandomOffset = 6;
    private const int MacBytes = 8;
    private const int FragmentBytes = RandomOffset + 10 + MacBytes;
    private const int SessionIdBytes = RandomOffset + 16 + MacBytes;

    /// <summary>The number of a PoP or node from its name: 16 bits of its SHA-256. Two names may share
    /// one; whoever knows all names (start, discovery) has to refuse the second.</summary>
    public static ushort NumberOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt16BigEndian(hash);
    }

    /// <summary>Draws a username fragment that names its owner.</summary>
    public static string CreateFragment(PopKey key, ushort node, Prng random)
    {
        Span<byte> bytes = stackalloc byte[FragmentBytes];
        Fill(bytes, key, node, random);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Draws a session id that names its owner.</summary>
    public static string CreateSessionId(PopKey key, ushort node, Prng random)
    {
        Span<byte> bytes = stackalloc byte[SessionIdBytes];
        Fill(bytes, key, node, random);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the owner from a username fragment, as it stands in a STUN message.</summary>
    /// <param name="fragment">The fragment's characters.</param>
    /// <param name="keys">The keys to check it with.</param>
    /// <param name="code">The owner; set for <see cref="OwnerCodeStatus.Ok"/> and, unverified, for
    /// <see cref="OwnerCodeStatus.UnknownKey"/>.</param>
    [HotPath]
    public static OwnerCodeStatus TryReadFragment(
        ReadOnlySpan<byte> fragment,
        PopKeyRing keys,
        out OwnerCode code
    ) => TryReadFragment(fragment, keys, out code, out _);

    /// <summary>The same, with what tells it from all other fragments.</summary>
    /// <param name="fragment">The fragment's characters.</param>
    /// <param name="keys">The keys to check it with.</param>
    /// <param name="code">The owner.</param>
    /// <param name="mark">For <see cref="OwnerCodeStatus.Ok"/> the code's MAC, which is another one for each fragment and id;
    /// else 0.</param>
    [HotPath]
    public static OwnerCodeStatus TryReadFragment(
        ReadOnlySpan<byte> fragment,
        PopKeyRing keys,
        out OwnerCode code,
        out ulong mark
    )
    {
        code = default;
        mark = 0;
        Span<byte> bytes = stackalloc byte[FragmentBytes];
        return
            fragment.Length == FragmentLength
            && Base64.DecodeFromUtf8(fragment, bytes, out _, out var count) == OperationStatus.Done
            && count == FragmentBytes
            ? TryRead(bytes, keys, out code, out mark)
            : OwnerCodeStatus.NotACode;
    }

    /// <summary>Reads the owner from a session id; the rest as for a fragment.</summary>
    [HotPath]
    public static OwnerCodeStatus TryReadSessionId(
        ReadOnlySpan<char> sessionId,
        PopKeyRing keys,
        out OwnerCode code
    ) => TryReadSessionId(sessionId, keys, out code, out _);

    /// <summary>The same, with what tells it from all other ids.</summary>
    /// <param name="sessionId">The id.</param>
    /// <param name="keys">The keys to check it with.</param>
    /// <param name="code">The owner.</param>
    /// <param name="mark">As for a fragment.</param>
    [HotPath]
    public static OwnerCodeStatus TryReadSessionId(
        ReadOnlySpan<char> sessionId,
        PopKeyRing keys,
        out OwnerCode code,
        out ulong mark
    )
    {
        code = default;
        mark = 0;
        Span<byte> bytes = stackalloc byte[SessionIdBytes];
        return
            sessionId.Length == SessionIdLength
            && Base64Url.DecodeFromChars(sessionId, bytes, out _, out var count)
                == OperationStatus.Done
            && count == SessionIdBytes
            ? TryRead(bytes, keys, out code, out mark)
            : OwnerCodeStatus.NotACode;
    }

    private static OwnerCodeStatus TryRead(
        ReadOnlySpan<byte> bytes,
        PopKeyRing keys,
        out OwnerCode code,
        out ulong mark
    )
    {
        code = default;
        mark = 0;
        if (bytes[0] != Version)
        {
            return OwnerCodeStatus.UnknownVersion;
        }

        var read = new OwnerCode(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[PopOffset..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[NodeOffset..]),
            bytes[KeyIdOffset]
        );
        if (keys.Find(read.Pop, read.KeyId) is not { } key)
        {
            code = read;
            return OwnerCodeStatus.UnknownKey;
        }

        Span<byte> mac = stackalloc byte[MacBytes];
        ComputeMac(key, bytes[..^MacBytes], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[^MacBytes..]))
        {
            return OwnerCodeStatus.BadMac;
        }

        code = read;
        mark = BinaryPrimitives.ReadUInt64BigEndian(bytes[^MacBytes..]);
        return OwnerCodeStatus.Ok;
    }

    private static void Fill(Span<byte> bytes, PopKey key, ushort node, Prng random)
    {
        bytes[0] = Version;
        bytes[KeyIdOffset] = key.Id;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PopOffset..], key.Pop);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[NodeOffset..], node);
        random.Fill(bytes[RandomOffset..^MacBytes]);
        ComputeMac(key, bytes[..^MacBytes], bytes[^MacBytes..]);
    }

    /// <summary>Which of the two forms it is needs no byte of its own: their lengths differ, and an
    /// HMAC depends on the length of its input.</summary>
    private static void ComputeMac(PopKey key, ReadOnlySpan<byte> bytes, Span<byte> mac)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Key, bytes, hash);
        hash[..MacBytes].CopyTo(mac);
    }
}
