using Edge.Primitives;
using Xunit;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>What the viewers of the simulation count as a picture.</summary>
public sealed class PictureDecoderTests
{
    private readonly PictureDecoder _decoder = new();

    [Fact]
    public void Take_PicturesInOrder_AreShownOnceWhole()
    {
        Assert.False(Take(frame: 5, index: 0, count: 2, isKeyFrame: true));
        Assert.True(Take(frame: 5, index: 1, count: 2, isKeyFrame: true));
        Assert.False(Take(frame: 5, index: 1, count: 2, isKeyFrame: true));
        Assert.True(Take(frame: 6));
        Assert.Equal(2, _decoder.Shown);
    }

    [Fact]
    public void Take_PictureMissing_NothingIsShownUntilTheNextKeyFrame()
    {
        Take(frame: 5, isKeyFrame: true);

        Assert.False(Take(frame: 7));
        Assert.False(Take(frame: 8));
        Assert.True(Take(frame: 9, isKeyFrame: true));
        Assert.True(Take(frame: 10));
    }

    /// <summary>A packet that came late completes its picture and those that waited for it.</summary>
    [Fact]
    public void Take_LatePacket_ShowsWhatWaited()
    {
        Take(frame: 5, isKeyFrame: true);
        Take(frame: 6, index: 0, count: 2);
        Take(frame: 7);
        Assert.Equal(1, _decoder.Shown);

        Assert.True(Take(frame: 6, index: 1, count: 2));
        Assert.Equal(3, _decoder.Shown);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public void Take_OtherSessionOrLayer_NeedsAKeyFrame(uint session, byte layer)
    {
        Take(frame: 5, isKeyFrame: true);

        Assert.False(Take(frame: 6, session: session, layer: layer));
        Assert.True(Take(frame: 7, session: session, layer: layer, isKeyFrame: true));
    }

    private bool Take(
        uint frame,
        byte index = 0,
        byte count = 1,
        bool isKeyFrame = false,
        uint session = 1,
        byte layer = 0
    ) =>
        _decoder.Take(
            new MediaStamp(session, frame, layer, index, count, isKeyFrame),
            Instant.Zero
        );
}
