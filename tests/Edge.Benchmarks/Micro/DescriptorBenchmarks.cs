using BenchmarkDotNet.Attributes;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Benchmarks.Micro;

/// <summary>What a dependency descriptor costs: read once when a packet comes, written for each of its viewers. They are
/// Chromium 156's, of three spatial and three temporal layers.</summary>
[Config(typeof(BenchmarkSettings))]
public class DescriptorBenchmarks
{
    /// <summary>The first of a stream, with the structure.</summary>
    internal static readonly byte[] KeyFrame = Convert.FromHexString(
        "c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549"
            + "241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf0380"
    );

    private static readonly byte[] Frame = Convert.FromHexString("c10002");

    private readonly DependencyStructure _structure = new();
    private readonly DependencyStructure _other = new();
    private readonly byte[] _copy = new byte[DescriptorWriter.BytesMax];
    private DescriptorEdit _edit;
    private DescriptorEdit _masking;
    private DescriptorEdit _keyMasking;

    /// <summary>Learns the structure, and what differs for a viewer who gets two thirds of the layers.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var offset = Read(KeyFrame, _structure).ActiveTargetsOffset;
        _edit = new DescriptorEdit { IsCarried = true, FrameOffset = 3 };
        _keyMasking = Masking(offset);
        _masking = Masking(Read(Frame, _structure).ActiveTargetsOffset);
    }

    /// <summary>Of a frame between key frames: its layers, and what it is to each decode target.</summary>
    [Benchmark]
    public int ReadFrame()
    {
        var descriptor = Read(Frame, _structure);
        var sum = descriptor.SpatialLayer + descriptor.TemporalLayer;
        for (var target = 0; target < _structure.TargetCount; target++)
        {
            sum += (int)descriptor.Indication(target);
        }

        return sum;
    }

    /// <summary>Of a key frame, with the structure for those behind it.</summary>
    [Benchmark]
    public bool ReadKeyFrame() => Read(KeyFrame, _other).HasStructure;

    /// <summary>For a viewer to whom frames before were not sent.</summary>
    [Benchmark]
    public int WriteFrame() => DescriptorWriter.Write(Frame, _edit, _copy);

    /// <summary>The same, and which targets it gets from now on.</summary>
    [Benchmark]
    public int WriteFrameWithTargets() => DescriptorWriter.Write(Frame, _masking, _copy);

    /// <summary>Of a key frame, with the targets that this viewer gets.</summary>
    [Benchmark]
    public int WriteKeyFrameWithTargets() => DescriptorWriter.Write(KeyFrame, _keyMasking, _copy);

    private DescriptorEdit Masking(int offset) =>
        _edit with
        {
            ActiveTargets = 0b111111,
            TargetCount = (byte)_structure.TargetCount,
            MaskOffset = (ushort)offset,
        };

    private static DependencyDescriptor Read(byte[] bytes, DependencyStructure structure)
    {
        if (
            DependencyDescriptor.TryParse(bytes, structure, out var descriptor)
            != DependencyDescriptorError.None
        )
        {
            throw new InvalidOperationException("A descriptor was refused.");
        }

        return descriptor;
    }
}
