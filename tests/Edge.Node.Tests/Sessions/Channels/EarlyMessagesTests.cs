using Edge.Node.Sessions.Channels;
using Xunit;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>What is kept for a reader that is not ready.</summary>
public sealed class EarlyMessagesTests
{
    [Fact]
    public void TryTake_TooMany_GivesTheNewest()
    {
        var early = new EarlyMessages();
        for (var index = 0; index < EarlyMessages.CountMax + 10; index++)
        {
            early.Add(BitConverter.GetBytes(index), isBinary: index % 2 == 0);
        }

        for (var index = 10; index < EarlyMessages.CountMax + 10; index++)
        {
            Assert.True(early.TryTake(out var bytes, out var isBinary));
            Assert.Equal(index, BitConverter.ToInt32(bytes));
            Assert.Equal(index % 2 == 0, isBinary);
        }

        Assert.False(early.TryTake(out _, out _));
    }

    [Fact]
    public void TryTake_TooLong_GivesTheNewest()
    {
        var early = new EarlyMessages();
        early.Add(new byte[EarlyMessages.BytesMax - 1], isBinary: true);
        early.Add([1, 2], isBinary: true);

        Assert.True(early.TryTake(out var bytes, out _));
        Assert.Equal([1, 2], bytes);
        Assert.False(early.TryTake(out _, out _));
    }
}
