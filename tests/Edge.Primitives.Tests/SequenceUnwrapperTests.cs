using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the extension to 64 bits, started at each neighbour of a wrap.</summary>
public sealed class SequenceUnwrapperTests
{
    /// <summary>Where off-by-one errors of 7, 8, 15 and 16 bits would show.</summary>
    public static TheoryData<int> WrapNeighbours { get; } =
    [0, 1, 127, 128, 129, 32767, 32768, 32769, 65534, 65535];

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void Unwrap_ThreeRoundsFromAnywhere_RisesByOne(int start)
    {
        var unwrapper = default(SequenceUnwrapper);
        Assert.False(unwrapper.IsStarted);
        var first = unwrapper.Unwrap(Number(start));
        Assert.Equal(65536 + start, first);
        for (var step = 1; step < 3 * 65536; step++)
        {
            // Compared here: an assertion costs a hundred times what it asserts.
            if (unwrapper.Unwrap(Number(start + step)) != first + step)
            {
                Assert.Fail($"Step {step} from {start} went to {unwrapper.Highest}.");
            }
        }

        Assert.Equal(first + (3 * 65536) - 1, unwrapper.Highest);
    }

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void FirstFrom_AnyLeast_NearestThatEndsSo(int number)
    {
        foreach (int least in WrapNeighbours)
        {
            for (var turn = 0L; turn < 3 * 65536; turn += 65536)
            {
                var found = SequenceUnwrapper.FirstFrom(turn + least, Number(number));
                Assert.Equal(number, found & 0xFFFF);
                Assert.InRange(found, turn + least, turn + least + 65535);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void Unwrap_OlderThanTheFirst_BeforeItAndPositive(int start)
    {
        var unwrapper = default(SequenceUnwrapper);
        var first = unwrapper.Unwrap(Number(start));
        Assert.Equal(first - 1, unwrapper.Unwrap(Number(start - 1)));
        Assert.Equal(first - 32768, unwrapper.Unwrap(Number(start - 32768)));
        Assert.True(first - 32768 > 0);
        Assert.Equal(first, unwrapper.Highest);
    }

    [Theory]
    [MemberData(nameof(WrapNeighbours))]
    public void Peek_AnyNumber_ChangesNothing(int start)
    {
        var unwrapper = default(SequenceUnwrapper);
        var first = unwrapper.Unwrap(Number(start));
        Assert.Equal(first + 100, unwrapper.Peek(Number(start + 100)));
        Assert.Equal(first, unwrapper.Highest);
    }

    /// <summary>Goal: reordering within the window never shifts a round. Method: shuffle neighbours.</summary>
    [Fact]
    public void Unwrap_ShuffledWithinTheWindow_EachToItsPlace() =>
        Seeds.Check(
            random =>
            {
                var unwrapper = default(SequenceUnwrapper);
                var start = 65536L + random.NextInt32(65536);
                unwrapper.Unwrap(Number(start));
                for (var block = 0; block < 200; block++)
                {
                    var numbers = new long[1000];
                    for (var index = 0; index < numbers.Length; index++)
                    {
                        numbers[index] = start + (block * 1000L) + index;
                        var other = random.NextInt32(index + 1);
                        (numbers[index], numbers[other]) = (numbers[other], numbers[index]);
                    }

                    foreach (var number in numbers)
                    {
                        if (unwrapper.Unwrap(Number(number)) != number)
                        {
                            Assert.Fail($"{number} went elsewhere.");
                        }
                    }
                }
            },
            rounds: 5
        );

    private static SequenceNumber Number(long value) => new(unchecked((ushort)value));
}
