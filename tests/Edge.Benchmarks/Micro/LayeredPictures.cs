using System.Buffers.Binary;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Benchmarks.Micro;

/// <summary>A publisher's pictures in layers, as Chromium sends them: of VP8 three temporal ones, told by the payload; of
/// VP9 three spatial ones with three temporal ones each (L3T3_KEY), told by dependency descriptors. Only the first is a key
/// picture.</summary>
/// <remarks>Source: RFC 7741 §4.2; the pattern of libwebrtc's default_temporal_layers.cc; the captured structure's
/// templates.</remarks>
internal sealed class LayeredPictures(PacketPool pool, CodecKind codec)
{
    /// <summary>Of all spatial layers together.</summary>
    public const int PacketsPerPicture = 9;

    /// <summary>Under which dependency descriptors are carried.</summary>
    public const byte DescriptorId = 12;

    /// <summary>From a picture to the next, at 90 kHz and 30 a second.</summary>
    private const uint TimestampStep = 3000;
    private const int PayloadBytes = 1160;

    /// <summary>Pictures from one that refers to the lowest layer alone to the next such.</summary>
    private const int SyncInterval = 8;
    private const int TemplatesPerSpatial = 5;
    private const int OneByteDataMax = 16;

    /// <summary>Says that a mask of active targets follows; the captured one's knew one spatial layer.</summary>
    private const byte MaskBit = 0x40;

    private readonly byte[] _keyDescriptor = KeyDescriptor();
    private long _number = 1 << 16;
    private int _picture;
    private int _index;

    /// <summary>Spatial layers.</summary>
    public int SpatialCount => codec == CodecKind.Vp8 ? 1 : 3;

    private int PacketsPerFrame => PacketsPerPicture / SpatialCount;

    private bool StartsFrame => _index % PacketsPerFrame == 0;

    private bool EndsFrame => (_index + 1) % PacketsPerFrame == 0;

    private int Spatial => _index / PacketsPerFrame;

    private bool IsKey => _picture == 0;

    private int Temporal =>
        (_picture % 4) switch
        {
            0 => 0,
            2 => 1,
            _ => 2,
        };

    /// <summary>Makes the next packet; whoever takes it holds the only claim on its slot.</summary>
    public TrackPacket Next(Instant now)
    {
        if (!pool.TryRent(out var handle))
        {
            throw new InvalidOperationException("Slots of the benchmark's pool were not released.");
        }

        var slot = pool.Slot(handle);
        var timestamp = unchecked((uint)_picture * TimestampStep);
        var isLast = _index == PacketsPerPicture - 1;
        var header = WriteHeader(slot, isLast, timestamp);
        if (codec == CodecKind.Vp8)
        {
            WriteVp8(slot[header..]);
        }

        var packet = new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = _number++,
            ArrivedAt = now,
            Timestamp = timestamp,
            PacketLength = (ushort)(header + PayloadBytes),
            HeaderLength = (ushort)header,
            PayloadOffset = (ushort)header,
            PayloadLength = PayloadBytes,
            SourceEpoch = 1,
            Extensions = RtpExtensionIds.Of(slot[..header]),
            Layer = 0,
            Marker = isLast,
            IsKeyFrameStart = IsKey && _index == 0,
            TemporalLayer = (sbyte)Temporal,
        };
        _index = isLast ? 0 : _index + 1;
        _picture += isLast ? 1 : 0;
        return packet;
    }

    private int WriteHeader(Span<byte> slot, bool isLast, uint timestamp)
    {
        Span<byte> buffer = stackalloc byte[3];
        var descriptor = WriteDescriptor(buffer);
        var number = unchecked((ushort)_number);
        var writer = new RtpHeaderWriter(
            slot,
            isLast,
            new PayloadType(96),
            new SequenceNumber(number),
            timestamp,
            new Ssrc(77),
            descriptor.Length > OneByteDataMax ? ExtensionForm.TwoByte : ExtensionForm.OneByte
        );
        writer.AddUInt24(2, 0x123456);
        writer.AddUInt16(3, number);
        if (codec != CodecKind.Vp8)
        {
            writer.AddExtension(DescriptorId, descriptor);
        }

        return writer.Complete();
    }

    /// <summary>The descriptor with the structure for the very first packet, else one of three bytes.</summary>
    private Span<byte> WriteDescriptor(Span<byte> destination)
    {
        var descriptor = IsKey && _index == 0 ? _keyDescriptor : destination;
        var bounds = (StartsFrame ? 0x80 : 0) | (EndsFrame ? 0x40 : 0);
        var frame = _picture * SpatialCount + Spatial;
        descriptor[0] = (byte)(bounds | TemplatesPerSpatial * Spatial + Template);
        BinaryPrimitives.WriteUInt16BigEndian(descriptor[1..], unchecked((ushort)frame));
        return descriptor;
    }

    /// <summary>Of a spatial layer's templates: of its key frame, of T0, of T1, of T2 behind T0 and behind T1.</summary>
    private int Template =>
        IsKey
            ? 0
            : (_picture % 4) switch
            {
                0 => 1,
                1 => 3,
                2 => 2,
                _ => 4,
            };

    private void WriteVp8(Span<byte> payload)
    {
        var isSync = _picture % SyncInterval is 1 or 2;
        payload[0] = (byte)(0x80 | (StartsFrame ? 0x10 : 0));
        payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(0x8000 | _picture & 0x7FFF));
        payload[4] = unchecked((byte)(_picture / 4));
        payload[5] = (byte)(Temporal << 6 | (isSync ? 0x20 : 0));
        payload[6] = (byte)(IsKey ? 0 : 1);
    }

    private static byte[] KeyDescriptor()
    {
        byte[] descriptor = [.. DescriptorBenchmarks.KeyFrame];
        // The bits of the mask become padding behind the structure, after which all targets are active.
        descriptor[3] &= unchecked((byte)~MaskBit);
        return descriptor;
    }
}
