using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>Sessions that belong together, as one message: taken all, or none.</summary>
internal static class GroupLetter
{
    /// <summary>Most sessions of a group. Chosen: a room, or a part of an audience, whose states fit a message and are
    /// restored within a few packets' time.</summary>
    public const int SessionsMax = 32;

    /// <summary>Most bytes of a group: what a message of the bus has room for beside its seal.</summary>
    public const int BytesMax = 1_000_000;

    private const int Version = 1;

    /// <summary>Writes a group; null when it is too long. Secret: it holds keys.</summary>
    public static byte[]? Write(IReadOnlyList<byte[]> sessions)
    {
        using var writer = new StateWriter(Instant.Zero, BytesMax);
        var outer = writer.Begin();
        writer.UInt(Version);
        var all = writer.Begin();
        foreach (var session in sessions)
        {
            writer.Bytes(session);
        }

        writer.End(all);
        writer.End(outer);
        return writer.IsTooLong ? null : writer.Written.ToArray();
    }

    /// <summary>Reads where its sessions are; null when it makes no sense.</summary>
    public static List<ReadOnlyMemory<byte>>? TryRead(ReadOnlyMemory<byte> group)
    {
        var reader = new StateReader(group.Span, Instant.Zero);
        var outer = reader.BeginWhole(valuesMin: 2);
        var version = reader.UInt();
        var all = reader.Begin(SessionsMax, out var count);
        var sessions = new List<ReadOnlyMemory<byte>>(count);
        for (var index = 0; index < count; index++)
        {
            // Not a copy: whoever owns the letter clears its keys.
            var bytes = reader.Bytes(BytesMax);
            _ = group.Span.Overlaps(bytes, out var at);
            sessions.Add(group.Slice(at, bytes.Length));
        }

        reader.End(all);
        reader.End(outer);
        return reader.IsBroken || version < Version ? null : sessions;
    }
}
