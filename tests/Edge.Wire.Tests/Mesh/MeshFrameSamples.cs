using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Frames to test with.</summary>
internal static class MeshFrameSamples
{
    public static readonly MeshFrameHeader Header = new(
        Generation: 0x0102030405060708,
        Epoch: 9,
        Layer: 2,
        SentAt: new(0xEA00000080000000)
    )
    {
        Number = 17,
    };

    public static readonly MeshPacket KeyFrame = new(
        ExtendedSequence: 70_000,
        RtpTimestamp: 0xFFFFFFF0,
        MeshPacketFlags.KeyFrameStart,
        TemporalLayer: 0,
        CaptureTime: new(0xEA0000007FFFFFFF)
    )
    {
        Age = TimeSpan.FromMicroseconds(1234),
    };

    public static readonly MeshPacket Last = new(
        ExtendedSequence: 70_001,
        RtpTimestamp: 0xFFFFFFF0,
        MeshPacketFlags.Marker,
        TemporalLayer: -1,
        CaptureTime: default
    );

    public static readonly MeshDescription Video = new()
    {
        Kind = MediaKind.Video,
        CodecName = "VP8",
        PayloadType = new(96),
        ClockRate = 90_000,
        Format = "max-fs=12288",
        Rids = [Rid.Create("h"), Rid.Create("l")],
        Extensions = [new(RtpExtensionUri.Mid, 4), new(RtpExtensionUri.VideoOrientation, 13)],
        IsEndToEndEncrypted = true,
    };

    public static readonly MeshDescription Audio = new()
    {
        Kind = MediaKind.Audio,
        CodecName = "opus",
        PayloadType = new(111),
        ClockRate = 48_000,
        Channels = 2,
        TelephoneEventPayloadType = new(126),
        RedPayloadType = new(63),
    };

    public static readonly MeshTrackState State = new(
        new MeshSenderReport(new(0xEA00000070000000), 90_000),
        MeshTrackEnd.Source,
        IsSilent: true
    )
    {
        Owner = new(3, 4),
    };

    public static readonly MeshLayerState[] Layers =
    [
        new(IsActive: true, 921_600, new(1_500_000)),
        new(IsActive: false, 0, Bitrate.Zero),
    ];

    public static byte[] Encode(MeshDescription description)
    {
        var bytes = new byte[MeshLimits.DescriptionBytesMax];
        var length = description.Write(bytes);
        Assert.NotEqual(0, length);
        return bytes[..length];
    }

    public static byte[] Encode(in MeshTrackState state, params MeshLayerState[] layers)
    {
        var bytes = new byte[MeshTrackState.BytesMax];
        var length = MeshTrackState.Write(bytes, state, layers);
        Assert.NotEqual(0, length);
        return bytes[..length];
    }

    /// <summary>A frame with two packets, description and state.</summary>
    public static byte[] Whole() =>
        Write(
            Header,
            [(KeyFrame, [0x80, 1, 2, 3]), (Last, [0x80, 4])],
            Encode(Video),
            Encode(State, Layers)
        );

    public static byte[] Write(
        in MeshFrameHeader header,
        (MeshPacket Packet, byte[] Rtp)[] packets,
        byte[] description,
        byte[] state
    )
    {
        var bytes = new byte[MeshLimits.FrameBytesMax];
        var writer = new MeshFrameWriter(bytes, header, description, state);
        foreach (var (packet, rtp) in packets)
        {
            Assert.True(writer.TryAddPacket(packet, rtp));
        }

        var length = writer.Finish();
        Assert.NotEqual(0, length);
        return bytes[..length];
    }

    public static MeshFrameHeader NextHeader(Prng random) =>
        new(
            random.NextUInt64() >> random.NextInt32(64),
            random.NextUInt16(),
            (byte)random.NextInt32(MeshLimits.LayersMax),
            new(random.NextUInt64())
        )
        {
            Number = random.NextUInt64() >> random.NextInt32(64),
            After = random.NextBool() ? 0 : random.NextUInt64() >> random.NextInt32(64),
        };

    public static MeshPacket NextPacket(Prng random) =>
        new(
            (long)(random.NextUInt64() >> (1 + random.NextInt32(63))),
            random.NextUInt32(),
            (MeshPacketFlags)(random.NextUInt32() >> random.NextInt32(32)),
            (sbyte)(random.NextInt32(9) - 1),
            new(random.NextBool() ? 0 : random.NextUInt64())
        )
        {
            Age = TimeSpan.FromMicroseconds(random.NextUInt32() >> (1 + random.NextInt32(31))),
        };

    public static MeshTrackState NextState(Prng random) =>
        new(
            random.NextBool() ? null : new(new(random.NextUInt64()), random.NextUInt32()),
            (MeshTrackEnd)random.NextInt32(3),
            random.NextBool()
        )
        {
            Owner = random.NextBool()
                ? null
                : new((ushort)random.NextInt32(0x10000), (ushort)random.NextInt32(0x100)),
        };

    public static MeshLayerState NextLayer(Prng random) =>
        new(
            random.NextBool(),
            random.NextUInt32() >> random.NextInt32(32),
            new((long)(random.NextUInt64() >> (1 + random.NextInt32(63))))
        );
}
