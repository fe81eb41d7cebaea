using Edge.Forwarding.Thinning;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

public sealed class CellHistoryTests
{
    [Fact]
    public void At_AcrossTheWrap_WhatWasTakenThen()
    {
        var history = new CellHistory();
        history.Restart(LayerCell.All);
        history.Add(0xFFFF_FF00, new(1, 0));
        history.Add(100, new(0, 0));
        Assert.Equal(LayerCell.All, history.At(0xFFFF_FE00, out _));
        Assert.Equal(new LayerCell(1, 0), history.At(0xFFFF_FF00, out var isChange));
        Assert.True(isChange);
        Assert.Equal(new LayerCell(1, 0), history.At(99, out isChange));
        Assert.False(isChange);
        Assert.Equal(new LayerCell(0, 0), history.At(5000, out _));
    }

    [Fact]
    public void Add_MoreThanFit_OldestLeaves()
    {
        var history = new CellHistory();
        history.Restart(LayerCell.All);
        for (byte change = 0; change <= CellHistory.ChangesMax; change++)
        {
            history.Add(1000u + change, LayerCell.Of(change));
        }

        Assert.Equal(LayerCell.Of(0), history.At(500, out _));
        Assert.Equal(LayerCell.Of(1), history.At(1001, out _));
        Assert.Equal(LayerCell.Of(CellHistory.ChangesMax), history.At(9000, out _));
    }

    [Fact]
    public void Add_SamePictureTwice_LastCounts()
    {
        var history = new CellHistory();
        history.Restart(LayerCell.All);
        history.Add(7, new(0, 0));
        history.Add(7, new(0, 2));
        Assert.Equal(new LayerCell(0, 2), history.At(7, out _));
    }
}
