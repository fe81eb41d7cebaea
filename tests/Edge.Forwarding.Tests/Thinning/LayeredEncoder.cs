using System.Buffers.Binary;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>An encoder of one stream with layers: pictures of frames of packets, with all that tells of
/// layers, and the truth about each frame.</summary>
internal sealed class LayeredEncoder(CodecKind codec, LayeredMode mode, PacketPool pool)
{
    public const byte DescriptorId = 12;

    private const int TailBytes = 8;
    private readonly LayeredStructure _structure = new(mode);
    private readonly Dictionary<(int Picture, int Spatial), int> _numbers = [];
    private readonly int[] _lastOfChain = new int[mode.Spatials];
    private long _nextSequence = 70_000;
    private int _nextFrame = 65_500;
    private int _pictureId = 32_760;
    private int _tl0 = 250;
    private int _picture;
    private int _keyPicture;

    public bool HasDescriptors { get; init; } = true;

    /// <summary>Says what the frame is as a captured descriptor does; else it is made.</summary>
    public Func<LayeredFrame, byte[]>? Captured { get; init; }

    /// <summary>Whether key frames are known by descriptors alone.</summary>
    public bool IsEncrypted { get; init; }

    public ushort Epoch { get; init; } = 1;

    public Dictionary<long, LayeredFrame> FrameOf { get; } = [];

    public Dictionary<long, int> LengthOf { get; } = [];

    public Dictionary<int, LayeredFrame> Frames { get; } = [];

    public List<TrackPacket> Picture(bool isKey, Instant now)
    {
        isKey |= _picture == 0;
        _keyPicture = isKey ? _picture : _keyPicture;
        var place = _picture - _keyPicture;
        _pictureId++;
        _tl0 += mode.TemporalOf(place) == 0 ? 1 : 0;
        List<TrackPacket> packets = [];
        for (var spatial = 0; spatial < mode.Spatials; spatial++)
        {
            var frame = Frame(spatial, place, isKey);
            var count = isKey ? 2 + spatial : 1 + ((_picture + spatial) % 3);
            for (var index = 0; index < count; index++)
            {
                packets.Add(Packet(frame, index == 0, index == count - 1, now));
            }
        }

        _picture++;
        return packets;
    }

    private LayeredFrame Frame(int spatial, int place, bool isKey)
    {
        var frame = new LayeredFrame(
            _nextFrame++,
            _picture,
            spatial,
            mode.TemporalOf(place),
            isKey
        );
        var (back, isSync) = mode.ReferencesOf(place);
        frame.IsSync = isSync;
        frame.References.AddRange(back.Select(steps => _numbers[(_picture - steps, spatial)]));
        if (spatial > 0 && (isKey || !mode.IsKeyMode))
        {
            frame.References.Add(_numbers[(_picture, spatial - 1)]);
        }

        for (var target = 0; target < _structure.TargetCount; target++)
        {
            frame.Indications += mode.IndicationOf(
                frame,
                place,
                target / mode.Temporals,
                target % mode.Temporals
            );
        }

        for (var chain = 0; chain < mode.Spatials; chain++)
        {
            frame.Chains.Add(isKey && spatial == 0 ? 0 : frame.Number - _lastOfChain[chain]);
            _lastOfChain[chain] = mode.IsInChain(frame, chain) ? frame.Number : _lastOfChain[chain];
        }

        _numbers[(_picture, spatial)] = frame.Number;
        Frames[frame.Number] = frame;
        return frame;
    }

    private TrackPacket Packet(LayeredFrame frame, bool isFirst, bool isLast, Instant now)
    {
        if (!pool.TryRent(out var handle))
        {
            throw new InvalidOperationException("The test's pool is too small.");
        }

        var slot = pool.Slot(handle);
        var marker = isLast && frame.Spatial == mode.Spatials - 1;
        var timestamp = unchecked(1_000_000u + (uint)(frame.Picture * 3000));
        var writer = new RtpHeaderWriter(
            slot,
            marker,
            new PayloadType(98),
            new SequenceNumber(unchecked((ushort)_nextSequence)),
            timestamp,
            new Ssrc(5),
            ExtensionForm.TwoByte
        );
        if (HasDescriptors)
        {
            var descriptor = Captured is null
                ? _structure.Write(frame, isFirst, isLast)
                : Cut(Captured(frame), isFirst, isLast);
            writer.AddExtension(DescriptorId, descriptor);
        }

        var header = writer.Complete();
        var length = WritePayload(slot[header..], frame, isFirst, isLast);
        FrameOf[_nextSequence] = frame;
        frame.Packets.Add(_nextSequence);
        LengthOf[_nextSequence] = header + length;
        return new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = _nextSequence++,
            ArrivedAt = now,
            Timestamp = timestamp,
            PacketLength = (ushort)(header + length),
            HeaderLength = (ushort)header,
            PayloadOffset = (ushort)header,
            PayloadLength = (ushort)length,
            SourceEpoch = Epoch,
            Layer = 0,
            Marker = marker,
            IsKeyFrameStart =
                isFirst && frame.IsKey && frame.Spatial == 0 && (HasDescriptors || !IsEncrypted),
            TemporalLayer = (sbyte)frame.Temporal,
        };
    }

    /// <summary>A captured descriptor as a packet of a longer frame has it.</summary>
    private static byte[] Cut(byte[] whole, bool isFirst, bool isLast)
    {
        var descriptor = isFirst ? whole : whole[..3];
        var bounds = (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0);
        descriptor[0] = (byte)((descriptor[0] & 0x3F) | bounds);
        return descriptor;
    }

    private int WritePayload(Span<byte> payload, LayeredFrame frame, bool isFirst, bool isLast)
    {
        var offset =
            codec == CodecKind.Vp8 ? WriteVp8(payload, frame, isFirst)
            : codec == CodecKind.Vp9 ? WriteVp9(payload, frame, isFirst, isLast)
            : 0;
        BinaryPrimitives.WriteInt64BigEndian(payload[offset..], _nextSequence);
        return offset + TailBytes;
    }

    // RFC 7741 §4.2.
    private int WriteVp8(Span<byte> payload, LayeredFrame frame, bool isFirst)
    {
        payload[0] = (byte)(
            0x80 | (isFirst ? 0x10 : 0) | (frame.Temporal == mode.Temporals - 1 ? 0x20 : 0)
        );
        payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(
            payload[2..],
            (ushort)(0x8000 | (_pictureId & 0x7FFF))
        );
        payload[4] = (byte)_tl0;
        payload[5] = (byte)((frame.Temporal << 6) | (frame.IsSync ? 0x20 : 0));
        return 6;
    }

    // RFC 9628 §4.2.
    private int WriteVp9(Span<byte> payload, LayeredFrame frame, bool isFirst, bool isLast)
    {
        payload[0] = (byte)(
            0xA0 | (frame.IsKey ? 0 : 0x40) | (isFirst ? 0x08 : 0) | (isLast ? 0x04 : 0)
        );
        BinaryPrimitives.WriteUInt16BigEndian(
            payload[1..],
            (ushort)(0x8000 | (_pictureId & 0x7FFF))
        );
        var isInterLayer = frame.Spatial > 0 && (frame.IsKey || !mode.IsKeyMode);
        payload[3] = (byte)(
            (frame.Temporal << 5)
            | (frame.IsSync ? 0x10 : 0)
            | (frame.Spatial << 1)
            | (isInterLayer ? 1 : 0)
        );
        payload[4] = (byte)_tl0;
        return 5;
    }
}
