using Edge.Forwarding.Allocation;
using Edge.Primitives;
using Xunit;

namespace Edge.Forwarding.Tests.Allocation;

/// <summary>How much of a network each picture has room for, with rates in kbit/s.</summary>
public sealed class RoomDividerTests
{
    [Fact]
    public void Divide_OneTooLarge_HasAllThatSoundLeaves() =>
        Assert.Equal([560], Rooms(600, Sound(40), Camera(2500)));

    [Fact]
    public void Divide_TwoTooLarge_ShareAlike() =>
        Assert.Equal([500, 500], Rooms(1000, Camera(2500), Camera(1500)));

    [Fact]
    public void Divide_OneNeedsLessThanItsPart_LeavesTheRest() =>
        Assert.Equal([200, 800], Rooms(1000, Camera(200), Camera(1500)));

    [Fact]
    public void Divide_EnoughForAll_EachHasTheRestAsWell() =>
        Assert.Equal([2200 + 300, 500 + 300], Rooms(3000, Camera(2200), Camera(500)));

    [Fact]
    public void Divide_HigherPriority_IsFilledFirstButTheOtherKeepsItsLeast()
    {
        var screen = Camera(2500);
        screen.Priority = 1;

        Assert.Equal([900, 100], Rooms(1000, screen, Camera(1500)));
    }

    /// <summary>Its part would be 1000, of which its layers can use 500.</summary>
    [Fact]
    public void Divide_LayersThatDoNotFillTheirPart_LeaveTheRest() =>
        Assert.Equal([500, 1500], Rooms(2000, Layers(150, 500, 1700), Camera(2500)));

    [Fact]
    public void Divide_LessThanAllNeedAtLeast_GivesThatAndNoMore() =>
        Assert.Equal([100, 100], Rooms(150, Camera(2500), Camera(1500)));

    private static int[] Rooms(int kilobits, params TrackShare[] shares)
    {
        RoomDivider.Divide(shares, Bitrate.FromKilobits(kilobits));
        return [.. shares.Where(share => !share.IsSound).Select(share => (int)(share.Room / 1000))];
    }

    private static TrackShare Sound(int kilobits) => Shares.Of(isSound: true, kilobits);

    private static TrackShare Layers(params int[] kilobits) => Shares.Of(isSound: false, kilobits);

    private static TrackShare Camera(int kilobits)
    {
        var share = Shares.Of(isSound: false, kilobits);
        share.IsOneLayer = true;
        return share;
    }
}
