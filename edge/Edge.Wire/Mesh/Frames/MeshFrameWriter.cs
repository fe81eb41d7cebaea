using System.Buffers.Binary;
using System.Diagnostics;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Frames;

/// <summary>Writes media of one layer of one track, several packets together.</summary>
/// <remarks>
/// Shape: an array of nine, or ten (MessagePack); to each array a newer version may append.
/// <code>
/// 0 version        1
/// 1 generation     uint64
/// 2 epoch          uint16
/// 3 layer          below LayersMax
/// 4 sent at        NTP, uint64
/// 5 packets        array of
///                  [ extended sequence uint63, RTP timestamp uint32, flags uint32,
///                    temporal layer int8, capture time NTP uint64, RTP packet bin,
///                    age in microseconds uint32; 0 ]
/// 6 description    nil or an array: <see cref="MeshDescription"/>
/// 7 state          nil or an array: <see cref="MeshTrackState"/>
/// 8 number         uint64; 0
/// 9 after          uint64; 0, which is not written
/// </code>
/// What stands behind a semicolon is what a missing element means. The room for what follows the packets is
/// set aside first, so that <see cref="Finish"/> succeeds whenever
/// the header found room. A packet that does not fit is refused and the frame stays as it was; what lies
/// behind <see cref="Length"/> means nothing. Never longer than <see cref="MeshLimits.FrameBytesMax"/>.
/// </remarks>
public ref struct MeshFrameWriter
{
    internal const int Elements = 9;
    internal const int ElementsWithAfter = 10;
    internal const int PacketElements = 7;
    internal const int PacketElementsMin = 6;
    internal static readonly TimeSpan AgeMax = TimeSpan.FromHours(1);

    private readonly Span<byte> _destination;
    private readonly ReadOnlySpan<byte> _description;
    private readonly ReadOnlySpan<byte> _state;
    private readonly int _headerLength;
    private readonly int _packetsEnd;
    private readonly ulong _number;
    private readonly ulong _after;
    private int _length;
    private ushort _packetCount;

    /// <summary>Writes the header.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="header">What holds for all packets.</param>
    /// <param name="description">What <see cref="MeshDescription.Write"/> wrote; empty for nil.</param>
    /// <param name="state">What <see cref="MeshTrackState.Write"/> wrote; empty for nil.</param>
    public MeshFrameWriter(
        Span<byte> destination,
        in MeshFrameHeader header,
        ReadOnlySpan<byte> description,
        ReadOnlySpan<byte> state
    )
    {
        Debug.Assert(header.Layer < MeshLimits.LayersMax, "Readers refuse such a layer.");
        _destination = destination[..Math.Min(destination.Length, MeshLimits.FrameBytesMax)];
        _description = description;
        _state = state;
        _number = header.Number;
        _after = header.After;
        var writer = new MessagePackWriter(_destination);
        writer.WriteArrayHeader(_after == 0 ? Elements : ElementsWithAfter);
        writer.WriteUInt(MeshLimits.Version);
        writer.WriteUInt(header.Generation);
        writer.WriteUInt(header.Epoch);
        writer.WriteUInt(header.Layer);
        writer.WriteUInt(header.SentAt.Value);
        writer.WriteWideArrayHeader(0);
        _packetsEnd =
            _destination.Length
            - Math.Max(1, description.Length)
            - Math.Max(1, state.Length)
            - LengthOf(header.Number)
            - (_after == 0 ? 0 : LengthOf(_after));
        _headerLength = writer.NeededBytes <= _packetsEnd ? writer.Length : 0;
        _length = _headerLength;
    }

    /// <summary>Bytes of header and packets so far; 0 when the frame has no room for anything.</summary>
    public readonly int Length => _length;

    /// <summary>Packets so far.</summary>
    public readonly int PacketCount => _packetCount;

    /// <summary>Adds a packet; false when the frame is full. One that is longer than
    /// <see cref="MeshLimits.PacketBytesMax"/> is never taken.</summary>
    /// <param name="packet">What is known of it.</param>
    /// <param name="rtp">The whole plain RTP packet.</param>
    [HotPath]
    public bool TryAddPacket(in MeshPacket packet, scoped ReadOnlySpan<byte> rtp)
    {
        Debug.Assert(packet.ExtendedSequence >= 0, "Readers refuse a number below zero.");
        Debug.Assert(packet.TemporalLayer >= -1, "Readers refuse such a temporal layer.");
        if (
            _length == 0
            || _packetCount == MeshLimits.FramePacketsMax
            || rtp.Length > MeshLimits.PacketBytesMax
        )
        {
            return false;
        }

        var writer = new MessagePackWriter(_destination[_length.._packetsEnd]);
        writer.WriteArrayHeader(PacketElements);
        writer.WriteUInt(unchecked((ulong)packet.ExtendedSequence)); // Not negative.
        writer.WriteUInt(packet.RtpTimestamp);
        writer.WriteUInt((uint)packet.Flags);
        writer.WriteInt(packet.TemporalLayer);
        writer.WriteUInt(packet.CaptureTime.Value);
        writer.WriteBinary(rtp);
        writer.WriteUInt(ToMicroseconds(packet.Age));
        if (writer.HasOverrun)
        {
            return false;
        }

        _length += writer.Length;
        _packetCount++;
        return true;
    }

    /// <summary>Writes what follows the packets; returns the frame's length, 0 when not even a frame
    /// without packets fits.</summary>
    [HotPath]
    public readonly int Finish()
    {
        if (_length == 0)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(
            _destination[(_headerLength - sizeof(ushort))..],
            _packetCount
        );
        var writer = new MessagePackWriter(_destination[_length..]);
        WriteOptional(ref writer, _description);
        WriteOptional(ref writer, _state);
        writer.WriteUInt(_number);
        if (_after != 0)
        {
            writer.WriteUInt(_after);
        }

        return _length + writer.Length;
    }

    private static int LengthOf(ulong number)
    {
        var measure = new MessagePackWriter([]);
        measure.WriteUInt(number);
        return (int)measure.NeededBytes; // At most nine.
    }

    private static ulong ToMicroseconds(TimeSpan age) =>
        (ulong)(Math.Clamp(age.Ticks, 0, AgeMax.Ticks) / TimeSpan.TicksPerMicrosecond);

    private static void WriteOptional(ref MessagePackWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteEncoded(value);
    }
}
