using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards;

/// <summary>The heap against the slow model: an array of deadlines.</summary>
public sealed class TimerHeapTests
{
    private const int Slots = 37;

    [Fact]
    public void TryTakeDue_RandomSetsAndClears_GivesWhatTheModelGives()
    {
        var random = Prng.FromNumber(20_260_101);
        var heap = new TimerHeap(Slots);
        var model = new Instant[Slots];
        Array.Fill(model, Instant.Never);
        for (var step = 0; step < 20_000; step++)
        {
            var slot = random.NextInt32(Slots);
            switch (random.NextInt32(4))
            {
                case 0:
                    heap.Clear(slot);
                    model[slot] = Instant.Never;
                    break;
                case 1:
                    TakeOne(heap, model, new Instant(random.NextInt32(1000)));
                    break;
                default:
                    var deadline =
                        random.NextInt32(20) == 0
                            ? Instant.Never
                            : new Instant(random.NextInt32(1000));
                    heap.Set(slot, deadline);
                    model[slot] = deadline;
                    break;
            }

            Assert.Equal(model.Min(), heap.Next);
            Assert.Equal(model.Count(deadline => deadline.IsSet), heap.Count);
        }
    }

    [Fact]
    public void TryTakeDue_SeveralDue_EarliestFirst()
    {
        var heap = new TimerHeap(4);
        heap.Set(0, new Instant(30));
        heap.Set(1, new Instant(10));
        heap.Set(2, new Instant(20));
        heap.Set(3, new Instant(40));

        Assert.True(heap.TryTakeDue(out var first, new Instant(30)));
        Assert.True(heap.TryTakeDue(out var second, new Instant(30)));
        Assert.True(heap.TryTakeDue(out var third, new Instant(30)));
        Assert.False(heap.TryTakeDue(out _, new Instant(30)));
        Assert.Equal([1, 2, 0], [first, second, third]);
    }

    [Fact]
    public void Set_Clear_TryTakeDue_AllocateNothing()
    {
        var heap = new TimerHeap(Slots);
        var time = 0L;
        AllocationAssert.None(() =>
        {
            time++;
            heap.Set((int)(time % Slots), new Instant(time));
            heap.Set((int)(time * 7 % Slots), new Instant(time - 3));
            heap.Clear((int)(time * 5 % Slots));
            _ = heap.TryTakeDue(out _, new Instant(time));
        });
    }

    private static void TakeOne(TimerHeap heap, Instant[] model, Instant now)
    {
        var isDue = heap.TryTakeDue(out var taken, now);
        Assert.Equal(model.Any(deadline => deadline <= now), isDue);
        if (isDue)
        {
            Assert.Equal(model.Min(), model[taken]);
            model[taken] = Instant.Never;
        }
    }
}
