using Edge.Forwarding.Thinning;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Facts from descriptors of Chromium 156 (design/protocols.md §3.3).</summary>
public sealed class DescriptorReaderTests
{
    internal const string Vp8Key = "c000018002044eaaaf2860414d34538a0940404fc02cc0";
    internal const string ThreeByThreeKey =
        "c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549"
        + "241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf0380";

    [Fact]
    public void Read_Vp8TemporalLayers_PairsReferencesAndSwitches()
    {
        var reader = new DescriptorReader();
        var key = Read(reader, Vp8Key, 1);
        Assert.True(key.Has(FrameFlags.Known | FrameFlags.Key | FrameFlags.Structure));
        Assert.False(key.Has(FrameFlags.Chains));
        Assert.Equal(Pairs((0, 0), (0, 1), (0, 2)), key.Present);
        Assert.Equal(key.Present | LayerCell.All.Bit, key.Members);

        var third = Read(reader, "c40007", 7);
        Assert.Equal(new LayerCell(0, 1), third.Cell);
        Assert.Equal((7, 2), (third.Frame, third.ReferenceCount));
        Assert.Equal((4, 2), (third.References[0], third.References[1]));
        Assert.Equal(Pairs((0, 2)), third.Switches);
        Assert.Equal(Pairs((0, 1), (0, 2)) | LayerCell.All.Bit, third.Members);
    }

    [Fact]
    public void Read_ThreeByThree_OnlyActiveTargetsArePresent()
    {
        var key = Read(new DescriptorReader(), ThreeByThreeKey, 1);
        Assert.Equal(Pairs((0, 0), (0, 1), (0, 2)), key.Present);
        Assert.Equal(9, key.TargetCount);
        Assert.Equal(0b111u, key.ActiveWithin(new(2, 2)));
        Assert.Equal(0b001u, key.ActiveWithin(new(2, 0)));
        Assert.True(key.Has(FrameFlags.Chains | FrameFlags.Detailed));
    }

    [Fact]
    public void Read_ContinuedFrame_TakesAfterItsFirstPacket()
    {
        var reader = new DescriptorReader();
        Read(reader, "80" + ThreeByThreeKey[2..], 1);
        var rest = Read(reader, "400001", 2);
        Assert.True(rest.Has(FrameFlags.Detailed | FrameFlags.Ends));
        Assert.False(rest.Has(FrameFlags.Starts));
        Assert.False(rest.Has(FrameFlags.Key));
        Assert.False(rest.Has(FrameFlags.Mask));
        Assert.Equal(0, rest.ReferenceCount);
    }

    [Fact]
    public void Read_FirstPacketMissing_LayersOnly()
    {
        var reader = new DescriptorReader();
        Read(reader, Vp8Key, 1);
        var rest = Read(reader, "430003", 4);
        Assert.True(rest.Has(FrameFlags.Known));
        Assert.False(rest.Has(FrameFlags.Detailed));
        Assert.Equal((0, 0), (rest.Switches, rest.ReferenceCount));
    }

    /// <summary>A packet from before a key frame that comes behind it is read by the structure it had.</summary>
    [Fact]
    public void Read_LatePacket_ByTheStructureBefore()
    {
        var reader = new DescriptorReader();
        Read(reader, Vp8Key, 1);
        Read(reader, ThreeByThreeKey, 10);
        var late = Read(reader, "c50002", 5);
        Assert.Equal(new LayerCell(0, 2), late.Cell);
        Assert.Equal(3, late.TargetCount);
        var structure = Read(reader, Vp8Key, 3);
        Assert.Equal(FrameFlags.Described, structure.Flags);
        Assert.Equal(9, Read(reader, "c10002", 11).TargetCount);
    }

    [Fact]
    public void Read_NoStructureYet_FrameNumberAtMost()
    {
        var reader = new DescriptorReader();
        var facts = Read(reader, "c50102", 1);
        Assert.Equal((FrameFlags.Described, 0x102), (facts.Flags, (int)facts.Frame));
        Assert.Equal(FrameFlags.None, Read(reader, "c501", 2).Flags);
    }

    private static int Pairs(params (byte Spatial, byte Temporal)[] pairs) =>
        pairs.Sum(pair => new LayerCell(pair.Spatial, pair.Temporal).Bit);

    private static FrameFacts Read(DescriptorReader reader, string hex, long number)
    {
        reader.Read(Convert.FromHexString(hex), number, out var facts);
        return facts;
    }
}
