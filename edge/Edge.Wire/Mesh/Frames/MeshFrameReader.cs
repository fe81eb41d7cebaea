using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh.Frames;

/// <summary>Reads what <see cref="MeshFrameWriter"/> writes.</summary>
/// <remarks>
/// A frame is whole or refused: <see cref="TryParse"/> looks at each packet's fields once, so that
/// description and state are at hand before the packets and <see cref="TryReadPacket"/> cannot meet
/// anything bad. Cost: the fields of each packet are read twice, its bytes not at all. What a newer version
/// appended is passed over; description and state may be missing. Owner: borrows the bytes.
/// </remarks>
public ref struct MeshFrameReader
{
    /// <summary>Elements that have to be there: all up to the packets.</summary>
    private const int ElementsMin = 6;

    private MessagePackReader _packets;
    private int _packetsLeft;

    /// <summary>What holds for all packets.</summary>
    public MeshFrameHeader Header { get; private init; }

    /// <summary>How many packets the frame has.</summary>
    public int PacketCount { get; private init; }

    /// <summary>What <see cref="MeshDescription.TryParse"/> reads; empty when the frame has none. Checked
    /// only for being one value. Equal bytes are an equal description.</summary>
    public ReadOnlySpan<byte> Description { get; private init; }

    /// <summary>What <see cref="MeshTrackState.TryParse"/> reads; empty when the frame has none. Checked
    /// only for being one value.</summary>
    public ReadOnlySpan<byte> State { get; private init; }

    /// <summary>Checks a frame and makes a reader of it, which stands before the first packet.</summary>
    [HotPath]
    public static MeshParseError TryParse(ReadOnlySpan<byte> bytes, out MeshFrameReader frame)
    {
        frame = default;
        if (bytes.Length > MeshLimits.FrameBytesMax)
        {
            return MeshParseError.TooLong;
        }

        var reader = new MessagePackReader(bytes);
        if (
            !MeshArray.TryOpenMessage(ref reader, ElementsMin, out var further)
            || !TryReadHeader(ref reader, out var header)
            || !reader.TryReadArrayHeader(0, MeshLimits.FramePacketsMax, out var packetCount)
        )
        {
            return reader.Error;
        }

        var packets = reader;
        for (var index = 0; index < packetCount; index++)
        {
            if (!TryRead(ref reader, out _, out _))
            {
                return reader.Error;
            }
        }

        if (
            !TryReadOptional(ref reader, ref further, out var description)
            || !TryReadOptional(ref reader, ref further, out var state)
            || !TryReadNumber(ref reader, ref further, out var number)
            || !TryReadNumber(ref reader, ref further, out var after)
            || !MeshArray.TryClose(ref reader, further)
        )
        {
            return reader.Error;
        }

        frame = new()
        {
            _packets = packets,
            _packetsLeft = packetCount,
            Header = header with { Number = number, After = after },
            PacketCount = packetCount,
            Description = description,
            State = state,
        };
        return MeshParseError.None;
    }

    /// <summary>Reads the next packet; false behind the last one.</summary>
    /// <param name="packet">What the owner knows of it.</param>
    /// <param name="rtp">The whole plain RTP packet as the owner had it: whoever reads it checks it.</param>
    [HotPath]
    public bool TryReadPacket(out MeshPacket packet, out ReadOnlySpan<byte> rtp)
    {
        if (_packetsLeft == 0)
        {
            packet = default;
            rtp = default;
            return false;
        }

        _packetsLeft--;
        return TryRead(ref _packets, out packet, out rtp);
    }

    private static bool TryReadHeader(ref MessagePackReader reader, out MeshFrameHeader header)
    {
        header = default;
        if (
            !reader.TryReadUInt(ulong.MaxValue, out var generation)
            || !reader.TryReadUInt16(out var epoch)
            || !reader.TryReadUInt(MeshLimits.LayersMax - 1, out var layer)
            || !reader.TryReadUInt(ulong.MaxValue, out var sentAt)
        )
        {
            return false;
        }

        header = new(generation, epoch, unchecked((byte)layer), new(sentAt)); // Bounded above.
        return true;
    }

    private static bool TryRead(
        scoped ref MessagePackReader reader,
        out MeshPacket packet,
        out ReadOnlySpan<byte> rtp
    )
    {
        packet = default;
        rtp = default;
        if (
            !MeshArray.TryOpen(ref reader, MeshFrameWriter.PacketElementsMin, out var further)
            || !reader.TryReadUInt(long.MaxValue, out var extendedSequence)
            || !reader.TryReadUInt32(out var rtpTimestamp)
            || !reader.TryReadUInt32(out var flags)
            || !reader.TryReadInt(-1, sbyte.MaxValue, out var temporalLayer)
            || !reader.TryReadUInt(ulong.MaxValue, out var captureTime)
            || !reader.TryReadBinary(out rtp)
            || !TryReadAge(ref reader, ref further, out var age)
            || !reader.TrySkip(further)
        )
        {
            return false;
        }

        if (rtp.Length > MeshLimits.PacketBytesMax)
        {
            return reader.Fail(MeshParseError.TooLong);
        }

        packet = new(
            unchecked((long)extendedSequence), // These two are bounded above.
            rtpTimestamp,
            (MeshPacketFlags)flags,
            unchecked((sbyte)temporalLayer),
            new(captureTime)
        )
        {
            Age = age,
        };
        return true;
    }

    private static bool TryReadAge(ref MessagePackReader reader, ref int further, out TimeSpan age)
    {
        var microseconds = 0UL;
        var isRead =
            !MeshArray.HasOptional(ref reader, ref further)
            || reader.TryReadUInt(
                (ulong)MeshFrameWriter.AgeMax.TotalMicroseconds,
                out microseconds
            );
        age = new((long)microseconds * TimeSpan.TicksPerMicrosecond); // Bounded above.
        return isRead;
    }

    private static bool TryReadNumber(
        ref MessagePackReader reader,
        ref int further,
        out ulong number
    )
    {
        number = 0;
        return !MeshArray.HasOptional(ref reader, ref further)
            || reader.TryReadUInt(ulong.MaxValue, out number);
    }

    private static bool TryReadOptional(
        scoped ref MessagePackReader reader,
        scoped ref int further,
        out ReadOnlySpan<byte> value
    )
    {
        value = default;
        return !MeshArray.HasOptional(ref reader, ref further) || reader.TryReadEncoded(out value);
    }
}
