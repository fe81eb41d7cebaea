using System.Globalization;
using System.Text;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>AV1 RTP specification, appendix A, on descriptors of Chromium 156 and Firefox 153.</summary>
public sealed class DependencyDescriptorTests
{
    private const string Vp8Key = "c000018002044eaaaf2860414d34538a0940404fc02cc0";
    private const string FirefoxVp8Key = "c00001800104eaac851450460404fc02cc";
    private const string H264Key = "c0000180003a410100";
    private const string Av1Key = "c00001800214eaa860414d1410208427013f00b3";
    private const string Vp9TwoLayersKey = "c10001c00123ba22891820d21001111813f80b3827f8167a";
    private const string Vp9TwoLayersDelta = "c000021a000800";
    private const string Vp9ThreeLayersKey =
        "c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549"
        + "241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf0380";

    /// <summary>Expected lines come from another reader, written when the captures were made.</summary>
    [Theory]
    [InlineData(Vp8Key, "SE f1 s0t0 active7 SSS [] []")]
    [InlineData(Vp8Key + " c50002", "SE f2 s0t2 --D [1] []")]
    [InlineData(Vp8Key + " c30003", "SE f3 s0t1 -SS [2] []")]
    [InlineData(Vp8Key + " c40007", "SE f7 s0t1 -DS [4,2] []")]
    [InlineData(FirefoxVp8Key, "SE f1 s0t0 active3 SS [] []")]
    [InlineData(H264Key, "SE f1 s0t0 active1 S [] [0]")]
    [InlineData(Av1Key, "SE f1 s0t0 active7 SSS [] [0]")]
    [InlineData(Vp9TwoLayersKey, "SE f1 s0t0 active1 SS [] [0,0]")]
    public void TryParse_BrowserDescriptor_AsDecodedByAnotherReader(string hex, string expected)
    {
        var structure = new DependencyStructure();
        string? line = null;
        foreach (var part in hex.Split(' '))
        {
            line = Describe(Vectors.Hex(part), structure);
        }

        Assert.Equal(expected, line);
    }

    [Fact]
    public void TryParse_Vp9ThreeByThree_StructureAsSent()
    {
        var structure = new DependencyStructure();
        var error = DependencyDescriptor.TryParse(
            Vectors.Hex(Vp9ThreeLayersKey),
            structure,
            out var descriptor
        );
        Assert.Equal(DependencyDescriptorError.None, error);
        Assert.True(descriptor.HasStructure);
        Assert.Equal(0b111u, descriptor.ActiveTargets);
        Assert.Equal(9, structure.TargetCount);
        Assert.Equal(15, structure.TemplateCount);
        Assert.Equal(3, structure.ChainCount);
        Assert.Equal(3, structure.SpatialLayerCount);
        Assert.Equal(3, structure.TemporalLayerCount);
        Assert.Equal(0x1FFu, structure.AllTargets);
        List<VideoSize> sizes = [];
        for (var layer = 0; structure.TryReadSize(layer, out var size); layer++)
        {
            sizes.Add(size);
        }

        Assert.Equal([new(320, 180), new(640, 360), new(1280, 720)], sizes);
        for (var target = 0; target < 9; target++)
        {
            Assert.Equal(target / 3, structure.SpatialLayerOf(target));
            Assert.Equal(target % 3, structure.TemporalLayerOf(target));
            Assert.Equal(target / 3, structure.ChainOf(target));
        }
    }

    [Fact]
    public void TryParse_CustomDifferences_ReadFromTheDescriptor()
    {
        var structure = new DependencyStructure();
        Describe(Vectors.Hex(Vp9TwoLayersKey), structure);
        SlowDependencyDescriptor.Structure? slow = null;
        SlowDependencyDescriptor.Describe(Vectors.Hex(Vp9TwoLayersKey), ref slow);
        var delta = Vectors.Hex(Vp9TwoLayersDelta);
        Assert.Equal(
            SlowDependencyDescriptor.Describe(delta, ref slow),
            Describe(delta, structure)
        );
    }

    [Fact]
    public void TryParse_NoStructureYet_SaysSo()
    {
        var structure = new DependencyStructure();
        Assert.Equal(
            DependencyDescriptorError.NoStructure,
            DependencyDescriptor.TryParse(Vectors.Hex("c50002"), structure, out _)
        );
        Assert.Equal(
            DependencyDescriptorError.NoStructure,
            DependencyDescriptor.TryParse(Vectors.Hex(Vp9TwoLayersDelta), structure, out _)
        );
        Assert.Equal(0, structure.TargetCount);
        Assert.False(structure.TryReadSize(0, out _));
    }

    [Fact]
    public void TryParse_EveryCutStructure_OldOneStays()
    {
        var structure = new DependencyStructure();
        Describe(Vectors.Hex(Vp8Key), structure);
        var version = structure.Version;
        var other = Vectors.Hex(Vp9ThreeLayersKey);
        for (var length = 4; length < other.Length - 1; length++)
        {
            Assert.NotEqual(
                DependencyDescriptorError.None,
                DependencyDescriptor.TryParse(other.AsSpan(0, length), structure, out _)
            );
        }

        Assert.Equal(version, structure.Version);
        Assert.Equal("SE f2 s0t2 --D [1] []", Describe(Vectors.Hex("c50002"), structure));
    }

    [Fact]
    public void TryParse_TemplateBeyondTheLast_Refused()
    {
        var structure = new DependencyStructure();
        Describe(Vectors.Hex(Vp8Key), structure);
        Assert.Equal(
            DependencyDescriptorError.UnknownTemplate,
            DependencyDescriptor.TryParse(Vectors.Hex("c70002"), structure, out _)
        );
    }

    [Fact]
    public void TryParse_CapturedHeaders_AgreesWithSlowReader()
    {
        var described = 0;
        Dictionary<uint, DependencyStructure> structures = [];
        Dictionary<uint, SlowDependencyDescriptor.Structure?> slow = [];
        foreach (var bytes in BrowserHeaders.Corpus)
        {
            RtpPacket.TryParse(bytes, out var packet);
            if (packet.PayloadType.Value >= 109 || !packet.TryFindExtension(12, out var data))
            {
                continue;
            }

            var ssrc = packet.Ssrc.Value;
            structures.TryAdd(ssrc, new());
            var expectedStructure = slow.GetValueOrDefault(ssrc);
            var expected = SlowDependencyDescriptor.Describe(data.ToArray(), ref expectedStructure);
            slow[ssrc] = expectedStructure;
            Assert.Equal(expected, Describe(data, structures[ssrc]));
            described++;
        }

        Assert.InRange(described, 10, 100);
    }

    /// <summary>Fuzz target: a key descriptor, then the mutated one against the structure it left.</summary>
    [Fact]
    public void TryParse_MutatedDescriptors_AgreesWithSlowReader()
    {
        byte[][] corpus =
        [
            .. new[]
            {
                Vp8Key,
                FirefoxVp8Key,
                H264Key,
                Av1Key,
                Vp9TwoLayersKey,
                Vp9TwoLayersDelta,
                Vp9ThreeLayersKey,
                "c50002",
                "c40007",
            }.Select(Vectors.Hex),
        ];
        MutationFuzz.Run(Target, corpus);
    }

    internal static void Target(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > byte.MaxValue)
        {
            return;
        }

        var structure = new DependencyStructure();
        SlowDependencyDescriptor.Structure? slow = null;
        var first = Vectors.Hex(Vp9TwoLayersKey);
        Assert.Equal(
            SlowDependencyDescriptor.Describe(first, ref slow),
            Describe(first, structure)
        );
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(
                SlowDependencyDescriptor.Describe(bytes.ToArray(), ref slow),
                Describe(bytes, structure)
            );
            Assert.Equal(slow!.Layers.Count, structure.TemplateCount);
            Assert.Equal(slow.Chains, structure.ChainCount);
            Assert.Equal(slow.Sizes.Count > 0, structure.TryReadSize(0, out _));
        }
    }

    private static string? Describe(ReadOnlySpan<byte> data, DependencyStructure structure)
    {
        if (
            DependencyDescriptor.TryParse(data, structure, out var descriptor)
            != DependencyDescriptorError.None
        )
        {
            return null;
        }

        var line = new StringBuilder();
        line.Append(descriptor.StartsFrame ? 'S' : '.').Append(descriptor.EndsFrame ? 'E' : '.');
        line.Append(CultureInfo.InvariantCulture, $" f{descriptor.FrameNumber}");
        line.Append(
            CultureInfo.InvariantCulture,
            $" s{descriptor.SpatialLayer}t{descriptor.TemporalLayer} "
        );
        if (descriptor.HasActiveTargets)
        {
            line.Append(CultureInfo.InvariantCulture, $"active{descriptor.ActiveTargets} ");
        }

        for (var target = 0; target < structure.TargetCount; target++)
        {
            line.Append("-DSR"[(int)descriptor.Indication(target)]);
        }

        var differences = new ushort[400];
        var count = descriptor.ReadFrameDifferences(differences);
        line.Append(
            CultureInfo.InvariantCulture,
            $" [{string.Join(",", differences.Take(count))}]"
        );
        List<int> chains = [];
        for (var chain = 0; chain < structure.ChainCount; chain++)
        {
            chains.Add(descriptor.ChainDifference(chain));
        }

        return line.Append(CultureInfo.InvariantCulture, $" [{string.Join(",", chains)}]")
            .ToString();
    }
}
