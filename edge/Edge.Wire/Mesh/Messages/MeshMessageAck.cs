using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Messages;

/// <summary>What a watching node tells the owner of a data channel: which of its messages were taken.</summary>
/// <remarks>
/// Shape: an array of seven (MessagePack), to which a newer version may append.
/// <code>
/// 0 version        1
/// 1 watcher's PoP  uint16
/// 2 watcher's node uint16
/// 3 watcher's life uint64
/// 4 channel        bin 16
/// 5 number         uint64
/// 6 generation     uint64
/// 7 has loss       missing for false
/// </code>
/// </remarks>
/// <param name="Watcher">Who took them.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Number">All messages up to this one were taken.</param>
/// <param name="Generation">Of which life of the channel: what belongs to an earlier one says nothing of
/// the numbers of this.</param>
public readonly record struct MeshMessageAck(
    MeshWatcher Watcher,
    TrackToken Channel,
    ulong Number,
    ulong Generation
)
{
    /// <summary>Most bytes that <see cref="Write"/> makes: array and version of one byte, two numbers of 3,
    /// three of 9, the channel, a bool.</summary>
    public const int BytesMax = 2 + (2 * 3) + (3 * 9) + 2 + TrackToken.Bytes + 1;

    private const int Elements = 7;

    /// <summary>Whether some of the messages since the acknowledgement before were missing.</summary>
    public bool HasLoss { get; init; }

    /// <summary>Writes it; returns its length, 0 when it does not fit, and then leaves the destination
    /// alone.</summary>
    [HotPath]
    public int Write(Span<byte> destination)
    {
        Span<byte> room = stackalloc byte[BytesMax];
        var writer = new MessagePackWriter(room);
        writer.WriteArrayHeader(HasLoss ? Elements + 1 : Elements);
        writer.WriteUInt(MeshLimits.Version);
        Watcher.WriteTo(ref writer);
        Channel.WriteTo(ref writer);
        writer.WriteUInt(Number);
        writer.WriteUInt(Generation);
        if (HasLoss)
        {
            writer.WriteBool(HasLoss);
        }

        return room[..writer.Length].TryCopyTo(destination) ? writer.Length : 0;
    }

    /// <summary>Reads it.</summary>
    [HotPath]
    public static MeshParseError TryParse(ReadOnlySpan<byte> bytes, out MeshMessageAck ack)
    {
        ack = default;
        var hasLoss = false;
        var reader = new MessagePackReader(bytes);
        if (
            !MeshArray.TryOpenMessage(ref reader, Elements, out var further)
            || !MeshWatcher.TryRead(ref reader, out var watcher)
            || !TrackToken.TryRead(ref reader, out var channel)
            || !reader.TryReadUInt(ulong.MaxValue, out var number)
            || !reader.TryReadUInt(ulong.MaxValue, out var generation)
            || (MeshArray.HasOptional(ref reader, ref further) && !reader.TryReadBool(out hasLoss))
            || !MeshArray.TryClose(ref reader, further)
        )
        {
            return reader.Error;
        }

        ack = new(watcher, channel, number, generation) { HasLoss = hasLoss };
        return MeshParseError.None;
    }
}
