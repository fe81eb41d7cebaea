using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Demands;

/// <summary>Reads what <see cref="MeshDemandWriter"/> writes.</summary>
/// <remarks>A message is whole or refused: each entry is checked before the first is given. What a newer
/// version appended is passed over. Owner: borrows the bytes.</remarks>
public ref struct MeshDemandReader
{
    private MessagePackReader _entries;
    private int _entriesLeft;

    /// <summary>Who wants what follows.</summary>
    public MeshDemandHeader Header { get; private init; }

    /// <summary>How many tracks are named.</summary>
    public int EntryCount { get; private init; }

    /// <summary>Checks a message and makes a reader of it, which stands before the first entry.</summary>
    [HotPath]
    public static MeshParseError TryParse(ReadOnlySpan<byte> bytes, out MeshDemandReader demand)
    {
        demand = default;
        if (bytes.Length > MeshLimits.DemandBytesMax)
        {
            return MeshParseError.TooLong;
        }

        var reader = new MessagePackReader(bytes);
        if (
            !MeshArray.TryOpenMessage(ref reader, MeshDemandWriter.Elements, out var further)
            || !MeshWatcher.TryRead(ref reader, out var watcher)
            || !reader.TryReadUInt(ulong.MaxValue, out var sequence)
            || !reader.TryReadBool(out var isWhole)
            || !reader.TryReadArrayHeader(0, MeshLimits.DemandEntriesMax, out var entryCount)
        )
        {
            return reader.Error;
        }

        var entries = reader;
        for (var index = 0; index < entryCount; index++)
        {
            if (!TryRead(ref reader, out _))
            {
                return reader.Error;
            }
        }

        if (!MeshArray.TryClose(ref reader, further))
        {
            return reader.Error;
        }

        demand = new()
        {
            _entries = entries,
            _entriesLeft = entryCount,
            Header = new(watcher, sequence, isWhole),
            EntryCount = entryCount,
        };
        return MeshParseError.None;
    }

    /// <summary>Reads the next entry; false behind the last one.</summary>
    [HotPath]
    public bool TryReadEntry(out MeshDemandEntry entry)
    {
        if (_entriesLeft == 0)
        {
            entry = default;
            return false;
        }

        _entriesLeft--;
        return TryRead(ref _entries, out entry);
    }

    private static bool TryRead(ref MessagePackReader reader, out MeshDemandEntry entry)
    {
        entry = default;
        if (
            !MeshArray.TryOpen(ref reader, MeshDemandWriter.EntryElements, out var further)
            || !TrackToken.TryRead(ref reader, out var track)
            || !reader.TryReadUInt32(out var layers)
            || !reader.TryReadUInt32(out var keyFrames)
            || !TryReadCeiling(ref reader, ref further, out var ceiling)
            || !TryReadNarrow(ref reader, ref further, out var isNarrow)
            || !reader.TrySkip(further)
        )
        {
            return false;
        }

        entry = new(track, layers, keyFrames) { Ceiling = ceiling, IsNarrow = isNarrow };
        return true;
    }

    private static bool TryReadCeiling(
        ref MessagePackReader reader,
        ref int further,
        out Bitrate ceiling
    )
    {
        ceiling = Bitrate.Unlimited;
        if (!MeshArray.HasOptional(ref reader, ref further))
        {
            return true;
        }

        var isRead = reader.TryReadUInt32(out var kilobits);
        ceiling = kilobits == uint.MaxValue ? ceiling : Bitrate.FromKilobits(kilobits);
        return isRead;
    }

    private static bool TryReadNarrow(
        ref MessagePackReader reader,
        ref int further,
        out bool isNarrow
    )
    {
        isNarrow = false;
        return !MeshArray.HasOptional(ref reader, ref further) || reader.TryReadBool(out isNarrow);
    }
}
