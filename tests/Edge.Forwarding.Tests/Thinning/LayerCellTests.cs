using Edge.Forwarding.Thinning;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

public sealed class LayerCellTests
{
    [Theory]
    [InlineData(2, 2, 2, 2)]
    [InlineData(3, 3, 2, 2)]
    [InlineData(0, 1, 0, 1)]
    [InlineData(1, 0, 1, 0)]
    public void Best_OfThreeByThree_HighestAllowed(
        int spatial,
        int temporal,
        int bestSpatial,
        int best
    )
    {
        ushort set = 0b0111_0111_0111;
        Assert.Equal(
            new LayerCell((byte)bestSpatial, (byte)best),
            LayerCell.Best(set, new((byte)spatial, (byte)temporal))
        );
    }

    [Fact]
    public void Best_NothingAllowed_LowestThereIs()
    {
        Assert.Equal(new LayerCell(2, 1), LayerCell.Best(new LayerCell(2, 1).Bit, default));
        Assert.Equal(default, LayerCell.Best(0, LayerCell.All));
    }

    [Fact]
    public void Covering_EveryPair_ThoseThatCoverIt()
    {
        for (var index = 0; index < LayerCell.Count; index++)
        {
            for (var other = 0; other < LayerCell.Count; other++)
            {
                Assert.Equal(
                    LayerCell.Of(other).Covers(LayerCell.Of(index)),
                    (LayerCell.Of(index).Covering & LayerCell.Of(other).Bit) != 0
                );
            }
        }
    }
}
