using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Demands;

/// <summary>Writes what a node wants of another for one app.</summary>
/// <remarks>
/// Shape: an array of seven (MessagePack); to each array a newer version may append.
/// <code>
/// 0 version        1
/// 1 watcher's PoP  uint16
/// 2 watcher's node uint16
/// 3 watcher's life uint64
/// 4 sequence       uint64
/// 5 is whole
/// 6 entries        array of [ track bin 16, layers uint32, key frames uint32, ceiling in kbit/s uint32, is narrow ]
/// </code>
/// What the way is is left out where it is wide, and the ceiling as well where there is no limit; else its highest
/// value says that there is none.
/// Whoever wants more tracks than one message takes says so in several: only the first is whole. An entry
/// that does not fit is refused and the message stays as it was. Never longer than
/// <see cref="MeshLimits.DemandBytesMax"/>.
/// </remarks>
public ref struct MeshDemandWriter
{
    internal const int Elements = 7;
    internal const int EntryElements = 3;

    private readonly Span<byte> _destination;
    private readonly int _headerLength;
    private int _length;
    private ushort _entryCount;

    /// <summary>Writes the header.</summary>
    public MeshDemandWriter(Span<byte> destination, in MeshDemandHeader header)
    {
        _destination = destination[..Math.Min(destination.Length, MeshLimits.DemandBytesMax)];
        var writer = new MessagePackWriter(_destination);
        writer.WriteArrayHeader(Elements);
        writer.WriteUInt(MeshLimits.Version);
        header.Watcher.WriteTo(ref writer);
        writer.WriteUInt(header.Sequence);
        writer.WriteBool(header.IsWhole);
        writer.WriteWideArrayHeader(0);
        _headerLength = writer.Length;
        _length = writer.Length;
    }

    /// <summary>Bytes so far, which are the whole message; 0 when not even its header fits.</summary>
    public readonly int Length => _length;

    /// <summary>Entries so far.</summary>
    public readonly int EntryCount => _entryCount;

    /// <summary>Adds a track; false when the message is full.</summary>
    [HotPath]
    public bool TryAddEntry(in MeshDemandEntry entry)
    {
        if (_length == 0 || _entryCount == MeshLimits.DemandEntriesMax)
        {
            return false;
        }

        var writer = new MessagePackWriter(_destination[_length..]);
        var hasCeiling = entry.IsNarrow || entry.Ceiling != Bitrate.Unlimited;
        writer.WriteArrayHeader(EntryElements + (hasCeiling ? 1 : 0) + (entry.IsNarrow ? 1 : 0));
        entry.Track.WriteTo(ref writer);
        writer.WriteUInt(entry.Layers);
        writer.WriteUInt(entry.KeyFrames);
        if (hasCeiling)
        {
            writer.WriteUInt(Kilobits(entry.Ceiling));
        }

        if (entry.IsNarrow)
        {
            writer.WriteBool(value: true);
        }

        if (writer.HasOverrun)
        {
            return false;
        }

        _length += writer.Length;
        _entryCount++;
        BinaryPrimitives.WriteUInt16BigEndian(
            _destination[(_headerLength - sizeof(ushort))..],
            _entryCount
        );
        return true;
    }

    private static uint Kilobits(Bitrate ceiling) =>
        (uint)Math.Clamp(ceiling.BitsPerSecond / 1000, 0, uint.MaxValue);
}
