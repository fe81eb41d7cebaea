using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>Key frames, frame starts, layers and sizes, on packets of real encoders and by hand.</summary>
public sealed class PayloadInspectorTests
{
    [Theory]
    [InlineData(CodecKind.Vp8, "gstreamer-vp8")]
    [InlineData(CodecKind.Vp9, "gstreamer-vp9")]
    [InlineData(CodecKind.H264, "gstreamer-h264")]
    [InlineData(CodecKind.H264, "gstreamer-h264-unaggregated")]
    [InlineData(CodecKind.H265, "gstreamer-h265")]
    [InlineData(CodecKind.H265, "gstreamer-h265-unaggregated")]
    public void Inspect_EncoderWithKeyFrameEveryThirdPicture_FoundThere(
        CodecKind codec,
        string file
    )
    {
        var pictures = PayloadVectors.Describe(codec, file).Split('|')[1..];
        Assert.Equal(6, pictures.Length);
        for (var picture = 0; picture < pictures.Length; picture++)
        {
            Assert.Equal(picture % 3 == 0, pictures[picture].Contains('K'));
            Assert.Contains(pictures[picture][0], picture % 3 == 0 ? "KS" : "S");

            // x265 behind GStreamer repeats the parameter sets within the picture.
            var starts = pictures[picture].AsSpan().Count('K');
            Assert.InRange(starts, 0, codec == CodecKind.H265 ? 2 : 1);
        }
    }

    [Theory]
    [InlineData(CodecKind.Vp8, "gstreamer-vp8")]
    [InlineData(CodecKind.Vp9, "gstreamer-vp9")]
    public void TryReadVideoSize_KeyFrame_AsEncoded(CodecKind codec, string file)
    {
        var sizes = 0;
        foreach (var payload in PayloadVectors.Corpus(file))
        {
            if (PayloadInspector.TryReadVideoSize(codec, payload, out var size))
            {
                Assert.Equal(new VideoSize(320, 180), size);
                sizes++;
            }
        }

        Assert.Equal(2, sizes);
    }

    /// <summary>libaom's sequence header, put into a packet as a browser does: no temporal delimiter,
    /// no size inside the OBU.</summary>
    [Fact]
    public void TryReadVideoSize_Av1SequenceHeader_AsEncoded()
    {
        var unit = Vectors.Load("payload/libaom-av1.txt")["temporal-unit-0"];
        Assert.Equal([0x12, 0x00, 0x0A, 0x0B], unit[..4]);
        byte[] element = [0x08, .. unit[4..15]];
        byte[] payload = [0x28, (byte)element.Length, .. element, 0x30, 0x10];
        Assert.True(PayloadInspector.TryReadVideoSize(CodecKind.Av1, payload, out var size));
        Assert.Equal(new VideoSize(320, 180), size);

        // The same with a length on each element, and with the OBU's own size.
        payload = [0x08, (byte)element.Length, .. element];
        Assert.True(PayloadInspector.TryReadVideoSize(CodecKind.Av1, payload, out size));
        payload = [0x18, .. unit[2..15]];
        Assert.True(PayloadInspector.TryReadVideoSize(CodecKind.Av1, payload, out size));
        Assert.Equal(new VideoSize(320, 180), size);
        for (var length = 0; length < 13; length++)
        {
            _ = PayloadInspector.TryReadVideoSize(CodecKind.Av1, payload.AsSpan(0, length), out _);
        }
    }

    [Theory]
    [InlineData("10" + "30AA", false, true, -1, -1)] // One frame OBU.
    [InlineData("18" + "08AA", true, true, -1, -1)] // New sequence.
    [InlineData("98" + "08AA", false, false, -1, -1)] // Continues: nothing is known.
    [InlineData("10" + "20AA", false, false, -1, -1)] // A tile group on its own.
    [InlineData("10" + "3448AA", false, true, 2, 1)] // OBU extension: temporal 2, spatial 1.
    [InlineData("00" + "0230AA", false, true, -1, -1)] // Length before each element.
    public void Inspect_Av1ByHand_Facts(
        string hex,
        bool key,
        bool starts,
        int temporal,
        int spatial
    ) =>
        Assert.Equal(
            new PayloadFacts(key, starts, (sbyte)temporal, (sbyte)spatial, false),
            PayloadInspector.Inspect(CodecKind.Av1, Vectors.Hex(hex))
        );

    [Theory]
    [InlineData("67 42", true, true)] // SPS.
    [InlineData("68 42", false, true)] // PPS.
    [InlineData("65 88", false, true)] // IDR slice, first of its picture: the SPS began the key frame.
    [InlineData("65 08", false, false)] // IDR slice, not the first.
    [InlineData("41 9A", false, true)] // Slice, first of its picture.
    [InlineData("78 0002 6742 0002 6842 0002 6588", true, true)] // STAP-A.
    [InlineData("7C 87 42", true, true)] // FU-A that starts an SPS.
    [InlineData("7C 85 88", false, true)] // FU-A that starts an IDR slice.
    [InlineData("7C 05 88", false, false)] // FU-A in the middle.
    public void Inspect_H264ByHand_Facts(string hex, bool key, bool starts) =>
        Assert.Equal(
            new PayloadFacts(key, starts, -1, -1, false),
            PayloadInspector.Inspect(CodecKind.H264, Vectors.Hex(hex))
        );

    [Theory]
    [InlineData(CodecKind.H264, "78 0003 6742")]
    [InlineData(CodecKind.H264, "78 0000 6742")]
    [InlineData(CodecKind.H264, "7C")]
    [InlineData(CodecKind.H265, "4001")]
    [InlineData(CodecKind.H265, "400001")]
    [InlineData(CodecKind.H265, "6001 0003 4001")]
    [InlineData(CodecKind.Vp8, "80")]
    [InlineData(CodecKind.Vp8, "90")]
    [InlineData(CodecKind.Vp8, "9080")]
    [InlineData(CodecKind.Vp8, "908080")]
    [InlineData(CodecKind.Vp9, "80")]
    [InlineData(CodecKind.Vp9, "5803050704")]
    [InlineData(CodecKind.Vp9, "0AF8")]
    [InlineData(CodecKind.Av1, "10")]
    [InlineData(CodecKind.Av1, "000530")]
    [InlineData(CodecKind.Av1, "00FFFFFFFFFF")]
    public void Inspect_Malformed_SaysSo(CodecKind codec, string hex) =>
        Assert.Equal(PayloadFacts.Malformed, PayloadInspector.Inspect(codec, Vectors.Hex(hex)));

    [Theory]
    [InlineData("4001 0C", true, true, 0)] // VPS.
    [InlineData("4201 01", false, true, 0)] // SPS: the VPS began the key frame.
    [InlineData("2601 80", false, true, 0)] // IDR slice, first of its picture.
    [InlineData("0203 00", false, false, 2)] // Trailing slice, not the first, temporal layer 2.
    [InlineData("6001 0003 40010C 0003 420101", true, true, 0)] // AP.
    [InlineData("6201 A0 0C", true, true, 0)] // FU that starts a VPS.
    [InlineData("6201 13 80", false, false, 0)] // FU in the middle.
    public void Inspect_H265ByHand_Facts(string hex, bool key, bool starts, int temporal) =>
        Assert.Equal(
            new PayloadFacts(key, starts, (sbyte)temporal, -1, false),
            PayloadInspector.Inspect(CodecKind.H265, Vectors.Hex(hex))
        );

    [Theory]
    [InlineData("08 82", true, true, -1, -1, false)] // No picture id, key frame.
    [InlineData("A8 01 00 05 82", true, true, 0, 0, false)] // Layer frame S0T0 of a key picture.
    [InlineData("A8 01 13 05 82", false, true, 0, 1, true)] // S1 refers to S0 below; U.
    [InlineData("E8 01 50 05 82", false, true, 2, 0, true)] // Refers to earlier pictures; U.
    [InlineData("E0 01 40 05 82", false, false, 2, 0, false)] // In the middle.
    [InlineData("F8 8123 40 03 04 82", false, true, 2, 0, false)] // Flexible, two references.
    public void Inspect_Vp9ByHand_Facts(
        string hex,
        bool key,
        bool starts,
        int temporal,
        int spatial,
        bool sync
    ) =>
        Assert.Equal(
            new PayloadFacts(key, starts, (sbyte)temporal, (sbyte)spatial, sync),
            PayloadInspector.Inspect(CodecKind.Vp9, Vectors.Hex(hex))
        );

    [Fact]
    public void TryReadVideoSize_Vp9ScalabilityStructure_HighestLayer()
    {
        var payload = Vectors.Hex("AA 01 00 05 38 0140 00B4 0280 0168 02 04 01 08 02 03 82");
        Assert.True(Vp9Descriptor.TryParse(payload, out var descriptor));
        Assert.Equal(payload.Length - 1, descriptor.Length);
        Assert.Equal(new VideoSize(640, 360), descriptor.AnnouncedSize);
        Assert.True(PayloadInspector.TryReadVideoSize(CodecKind.Vp9, payload, out var size));
        Assert.Equal(new VideoSize(640, 360), size);
    }

    [Fact]
    public void ReadSizes_Vp9ScalabilityStructure_EverySpatialLayer()
    {
        var payload = Vectors.Hex("AA 01 00 05 38 0140 00B4 0280 0168 02 04 01 08 02 03 82");
        Span<VideoSize> sizes = stackalloc VideoSize[4];
        Assert.Equal(2, Vp9Descriptor.ReadSizes(payload, sizes));
        Assert.Equal(new VideoSize(320, 180), sizes[0]);
        Assert.Equal(new VideoSize(640, 360), sizes[1]);
        Assert.Equal(default, sizes[2]);
        Assert.Equal(1, Vp9Descriptor.ReadSizes(payload, sizes[..1]));
        Assert.Equal(0, Vp9Descriptor.ReadSizes(payload.AsSpan(0, 6), sizes));
        // A structure that tells no sizes, and none at all.
        Assert.Equal(0, Vp9Descriptor.ReadSizes(Vectors.Hex("0A 20 82"), sizes));
        Assert.Equal(0, Vp9Descriptor.ReadSizes(Vectors.Hex("08 82"), sizes));
    }

    [Theory]
    [InlineData(CodecKind.Opus)]
    [InlineData(CodecKind.Pcmu)]
    [InlineData(CodecKind.Pcma)]
    [InlineData(CodecKind.G722)]
    [InlineData(CodecKind.TelephoneEvent)]
    public void Inspect_Audio_EveryPacketStartsAFrame(CodecKind codec)
    {
        Assert.Equal(
            new PayloadFacts(false, true, -1, -1, false),
            PayloadInspector.Inspect(codec, [0xFC])
        );
        Assert.False(PayloadInspector.TryReadVideoSize(codec, [0xFC], out _));
    }

    [Fact]
    public void Inspect_EmptyOrUnknown_NothingIsKnown()
    {
        foreach (var codec in Enum.GetValues<CodecKind>())
        {
            Assert.Equal(PayloadFacts.Unknown, PayloadInspector.Inspect(codec, []));
            Assert.False(PayloadInspector.TryReadVideoSize(codec, [], out _));
        }

        Assert.Equal(PayloadFacts.Unknown, PayloadInspector.Inspect(CodecKind.Unknown, [1, 2, 3]));
    }

    /// <summary>Fuzz target: any payload under any codec. The independent check: a byte more at the end
    /// changes no fact of a long payload, because facts are about its start.</summary>
    [Theory]
    [InlineData(CodecKind.Vp8)]
    [InlineData(CodecKind.Vp9)]
    [InlineData(CodecKind.H264)]
    [InlineData(CodecKind.H265)]
    [InlineData(CodecKind.Av1)]
    public void Inspect_MutatedPayloads_FactsAreConsistent(CodecKind codec) =>
        MutationFuzz.Run(bytes => Target(codec, bytes), Corpus(codec));

    internal static void Target(CodecKind codec, ReadOnlySpan<byte> bytes)
    {
        var facts = PayloadInspector.Inspect(codec, bytes);
        Assert.InRange(facts.TemporalLayer, -1, 7);
        Assert.InRange(facts.SpatialLayer, -1, 7);
        if (facts.IsMalformed)
        {
            Assert.Equal(PayloadFacts.Malformed, facts);
        }

        if (codec is CodecKind.Vp8 or CodecKind.Vp9 && facts.IsKeyFrameStart)
        {
            Assert.True(facts.StartsFrame);
        }

        if (PayloadInspector.TryReadVideoSize(codec, bytes, out var size))
        {
            Assert.True(facts.IsKeyFrameStart);
            Assert.InRange(size.Width, 0, 65536);
            Assert.InRange(size.Height, 0, 65536);
        }

        byte[] longer = [.. bytes, 0];
        var again = PayloadInspector.Inspect(codec, longer);
        if (!facts.IsMalformed && !again.IsMalformed && bytes.Length > 24)
        {
            Assert.Equal(facts, again);
        }
    }

    private static IReadOnlyList<byte[]> Corpus(CodecKind codec) =>
        codec switch
        {
            CodecKind.Vp8 =>
            [
                .. PayloadVectors.Corpus("gstreamer-vp8"),
                Vectors.Hex("90F0 8123 45 E7 10"),
            ],
            CodecKind.Vp9 =>
            [
                .. PayloadVectors.Corpus("gstreamer-vp9"),
                Vectors.Hex("AA 01 00 05 38 0140 00B4 0280 0168 02 04 01 08 02 03 82"),
                Vectors.Hex("F8 8123 40 03 04 82"),
            ],
            CodecKind.H264 => PayloadVectors.Corpus("gstreamer-h264"),
            CodecKind.H265 => PayloadVectors.Corpus("gstreamer-h265"),
            CodecKind.Av1 =>
            [
                Vectors.Hex("28 0C 08200000043CFECF81B5F204 3010"),
                Vectors.Hex("103448AA"),
                Vectors.Hex("000230AA0108"),
            ],
            CodecKind.Unknown
            or CodecKind.Opus
            or CodecKind.Pcmu
            or CodecKind.Pcma
            or CodecKind.G722
            or CodecKind.TelephoneEvent => [],
            _ => [],
        };
}
