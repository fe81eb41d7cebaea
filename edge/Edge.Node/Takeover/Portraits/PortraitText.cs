using System.Buffers.Binary;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Takeover.Portraits;

/// <summary>What is sealed of a session: what it does, who portrayed it and when, by its own clock, and the portrait.</summary>
/// <remarks>
/// <code>
/// | role 1 | node 2 | life 8 | its time 8 | portrait |
/// </code>
/// </remarks>
internal static class PortraitText
{
    private const int NodeOffset = 1;
    private const int LifeOffset = NodeOffset + sizeof(ushort);
    private const int AtOffset = LifeOffset + sizeof(ulong);
    private const int PortraitOffset = AtOffset + sizeof(long);

    /// <summary>Writes it. Secret; the caller clears it.</summary>
    public static byte[] Write(
        SessionRole role,
        ushort node,
        ulong life,
        Instant at,
        ReadOnlySpan<byte> portrait
    )
    {
        var text = new byte[PortraitOffset + portrait.Length];
        text[0] = (byte)role;
        BinaryPrimitives.WriteUInt16BigEndian(text.AsSpan(NodeOffset), node);
        BinaryPrimitives.WriteUInt64BigEndian(text.AsSpan(LifeOffset), life);
        BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(AtOffset), at.Ticks);
        portrait.CopyTo(text.AsSpan(PortraitOffset));
        return text;
    }

    /// <summary>Reads it; false when it makes no sense. Borrows the text.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> text,
        out SessionRole role,
        out ushort node,
        out ulong life,
        out Instant at,
        out ReadOnlyMemory<byte> portrait
    )
    {
        (role, node, life, at, portrait) = (default, 0, 0, default, default);
        if (text.Length < PortraitOffset || text.Span[0] > (byte)SessionRole.Caller)
        {
            return false;
        }

        role = (SessionRole)text.Span[0];
        node = BinaryPrimitives.ReadUInt16BigEndian(text.Span[NodeOffset..]);
        life = BinaryPrimitives.ReadUInt64BigEndian(text.Span[LifeOffset..]);
        at = new Instant(BinaryPrimitives.ReadInt64BigEndian(text.Span[AtOffset..]));
        portrait = text[PortraitOffset..];
        return true;
    }
}
