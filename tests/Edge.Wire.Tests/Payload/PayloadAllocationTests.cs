using System.Runtime.CompilerServices;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>The packet path of this room allocates nothing, and what travels with each packet is small.</summary>
public sealed class PayloadAllocationTests
{
    private static readonly byte[] Vp8 = PayloadVectors.Corpus("gstreamer-vp8")[0];
    private static readonly byte[] Vp9 = PayloadVectors.Corpus("gstreamer-vp9")[0];
    private static readonly byte[] H264 = PayloadVectors.Corpus("gstreamer-h264")[0];
    private static readonly byte[] H265 = PayloadVectors.Corpus("gstreamer-h265")[0];
    private static readonly byte[] Av1 = Vectors.Hex("28 0C 08200000043CFECF81B5F204 3010");

    [Fact]
    public void PayloadInspector_Inspect_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            PayloadInspector.Inspect(CodecKind.Vp8, Vp8);
            PayloadInspector.Inspect(CodecKind.Vp9, Vp9);
            PayloadInspector.Inspect(CodecKind.H264, H264);
            PayloadInspector.Inspect(CodecKind.H265, H265);
            PayloadInspector.Inspect(CodecKind.Av1, Av1);
            PayloadInspector.Inspect(CodecKind.Opus, Av1);
        });

    [Fact]
    public void PayloadInspector_TryReadVideoSize_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            PayloadInspector.TryReadVideoSize(CodecKind.Vp8, Vp8, out _);
            PayloadInspector.TryReadVideoSize(CodecKind.Vp9, Vp9, out _);
            PayloadInspector.TryReadVideoSize(CodecKind.Av1, Av1, out _);
        });

    [Fact]
    public void Vp8Descriptor_TryParse_WriteRewritten_AllocateNothing() =>
        AllocationAssert.None(
            new byte[Vp8Descriptor.BytesMax],
            static buffer =>
            {
                _ = Vp8Descriptor.TryParse(Vp8, out var descriptor);
                descriptor.WriteRewritten(buffer, 1, 2, 3);
            }
        );

    [Fact]
    public void Vp9Descriptor_TryParse_AllocatesNothing() =>
        AllocationAssert.None(static () => _ = Vp9Descriptor.TryParse(Vp9, out _));

    [Fact]
    public void RtxPayload_TryRead_WriteHeader_AllocateNothing() =>
        AllocationAssert.None(
            new byte[2],
            static buffer =>
            {
                RtxPayload.TryRead(Vp8, out var original, out _);
                RtxPayload.WriteHeader(buffer, original);
            }
        );

    /// <summary>Facts travel with each packet through rings: they stay within a word.</summary>
    [Fact]
    public void PayloadFacts_Size_FitsAWord() =>
        Assert.InRange(Unsafe.SizeOf<PayloadFacts>(), 1, 8);

    /// <summary>Passed by value on the packet path.</summary>
    [Fact]
    public void Vp8Descriptor_Size_FitsTwoWords() =>
        Assert.InRange(Unsafe.SizeOf<Vp8Descriptor>(), 1, 16);
}
