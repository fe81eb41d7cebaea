using Edge.Protocol.Retransmission;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Retransmission;

public sealed class SequenceBitmapTests
{
    [Fact]
    public void TryMark_AnyOrder_TrueOnceForEachNumberInTheWindow() =>
        Seeds.Check(
            random =>
            {
                var bitmap = new SequenceBitmap(128);
                var marked = new HashSet<long>();
                long highest = long.MinValue;
                long around = 65536 + random.NextInt32(65536);
                for (var step = 0; step < 5000; step++)
                {
                    around += random.NextInt32(100) == 0 ? random.NextInt32(500) : 1;
                    var number = around - random.NextInt32(200);
                    var isTooOld = highest != long.MinValue && number <= highest - 128;
                    Assert.Equal(!isTooOld && marked.Add(number), bitmap.TryMark(number));
                    highest = Math.Max(highest, number);
                    Assert.Equal(number > highest - 128, bitmap.Contains(number));
                    Assert.Equal(highest, bitmap.Highest);
                }
            },
            rounds: 20
        );

    [Fact]
    public void Contains_NeverMarked_False()
    {
        var bitmap = new SequenceBitmap(64);
        Assert.False(bitmap.Contains(7));
        bitmap.TryMark(100);
        Assert.False(bitmap.Contains(99));
        Assert.False(bitmap.Contains(101));
        Assert.True(bitmap.Contains(100));
        bitmap.Clear();
        Assert.False(bitmap.Contains(100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(96)]
    public void Constructor_WindowNotAPowerOfTwoFrom64_Throws(int window) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceBitmap(window));

    [Fact]
    public void TryMarkAndContains_ManyNumbers_AllocateNothing()
    {
        var bitmap = new SequenceBitmap(1024);
        long number = 0;
        AllocationAssert.None(() =>
        {
            number += 3;
            bitmap.TryMark(number);
            bitmap.Contains(number - 1);
        });
    }
}
