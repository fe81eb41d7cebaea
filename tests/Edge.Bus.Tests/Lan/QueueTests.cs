using System.Diagnostics;
using System.Text;
using Edge.Bus.Lan.Links;
using Edge.Bus.Lan.Queues;
using Edge.Bus.Lan.Records;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>What waits to be sent, and who it is for, without sockets.</summary>
public sealed class QueueTests
{
    private const int QueueBytesMax = 10_000;

    private readonly FramePool _frames = new();
    private readonly List<SharedFrame> _taken = [];
    private readonly FrameQueue _queue;
    private int _dropped;

    public QueueTests() => _queue = new(QueueBytesMax, () => _dropped++);

    [Fact]
    public void TryTake_SeveralWaiting_InOrderUpToTheBound()
    {
        for (byte number = 0; number < 5; number++)
        {
            Assert.True(Add(1000, number));
        }

        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.Equal([0, 1, 2], Numbers());
        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.Equal([3, 4], Numbers());
        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.Empty(_taken);
    }

    [Fact]
    public void TryTake_FirstLongerThanTheBound_Alone()
    {
        Add(5000, 1);
        Add(10, 2);

        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));

        Assert.Equal([1], Numbers());
    }

    [Fact]
    public void TryTake_FirstLongerThanItMayBe_None()
    {
        Add(5000, 1);
        Add(10, 2);

        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000, takesLonger: false));

        Assert.Empty(_taken);
        Assert.False(_queue.IsEmpty);
    }

    [Fact]
    public void TryAdd_BeyondTheBound_RefusedAndCounted()
    {
        var taken = 0;
        while (Add(1000, 0))
        {
            taken++;
        }

        Assert.Equal(QueueBytesMax / 1064, taken);
        Assert.Equal(1, _dropped);
        Assert.True(_queue.TryTake(_taken, takenBytesMax: 1000));
        Assert.True(Add(1000, 0), "There is room again.");
    }

    /// <summary>Many small ones cost more than their bytes.</summary>
    [Fact]
    public void TryAdd_ManySmall_Bounded()
    {
        var taken = 0;
        while (Add(5, 0))
        {
            taken++;
        }

        Assert.True(taken < QueueBytesMax / 64);
    }

    [Fact]
    public void TryTake_TooOld_DroppedAndCountedOthersKept()
    {
        Add(100, 1, deadline: Stopwatch.GetTimestamp() - 1);
        Add(100, 2);
        Add(100, 3, deadline: Stopwatch.GetTimestamp() - 1);

        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));

        Assert.Equal([2], Numbers());
        Assert.Equal(2, _dropped);
    }

    [Fact]
    public void TryAdd_FullOfWhatIsTooOld_TakesTheNewest()
    {
        for (var count = 0; count < QueueBytesMax / 1064; count++)
        {
            Assert.True(Add(1000, 0, deadline: Stopwatch.GetTimestamp() - 1));
        }

        Assert.Equal(0, _dropped);
        Assert.True(Add(1000, 7), "What is too old makes room.");

        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.Equal([7], Numbers());
        Assert.Equal(QueueBytesMax / 1064, _dropped);
    }

    [Fact]
    public void TryAddControl_Full_TakenInOrder()
    {
        while (Add(1000, 0)) { }

        var control = _frames.RentControl(FrameKind.Subscribe, "a");
        Assert.True(_queue.TryAddControl(control));
        control.Release();

        _queue.TryTake(_taken, takenBytesMax: int.MaxValue);
        Assert.False(_taken[^1].IsMessage);
    }

    [Fact]
    public void TryTake_Urgent_BeforeOthersAndInOrderAmongItself()
    {
        Add(100, 1);
        Add(5000, 2);
        Add(100, 3, isUrgent: true);
        Add(100, 4, isUrgent: true);

        _queue.TryTake(_taken, takenBytesMax: 250);
        Assert.Equal([3, 4], Numbers());
        _queue.TryTake(_taken, takenBytesMax: 250);
        Assert.Equal([1], Numbers());
        _queue.TryTake(_taken, takenBytesMax: 250);
        Assert.Equal([2], Numbers());
    }

    /// <summary>Others have filled it: what is urgent is taken all the same, and not without end.</summary>
    [Fact]
    public void TryAdd_UrgentWhenFull_TakenUpToABoundOfItsOwn()
    {
        while (Add(1000, 1)) { }

        var urgent = 0;
        while (Add(1000, 2, isUrgent: true))
        {
            urgent++;
            Assert.True(urgent < 10_000, "There is a bound.");
        }

        Assert.True(urgent >= 900, $"{urgent} were taken.");
        Assert.False(Add(10, 1), "There is no room for others.");
        _queue.Close();
        Assert.True(_queue.IsEmpty);
    }

    /// <summary>All the subscriptions of a process, each as long as one can be, and not without end.</summary>
    [Fact]
    public void TryAddControl_WithoutEnd_TakesAllSubscriptionsAndRefusesInTheEnd()
    {
        var control = _frames.RentControl(
            FrameKind.Subscribe,
            new string('a', BusSubject.LengthMax)
        );
        var count = 0;
        while (_queue.TryAddControl(control))
        {
            count++;
            Assert.True(count < 1_000_000, "There is a bound.");
        }

        Assert.True(count > LanInterest.PatternsMax);
    }

    [Fact]
    public void Close_WhatWaits_DroppedCountedAndRefusedAfterwards()
    {
        Add(100, 1);
        Add(100, 2);

        _queue.Close();
        _queue.Wait(TimeSpan.FromHours(1));

        Assert.Equal(2, _dropped);
        Assert.False(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.False(Add(100, 3));
        Assert.Equal(3, _dropped);
    }

    [Fact]
    public void Finish_WhatWaits_TakenThenClosed()
    {
        Add(100, 1);

        _queue.Finish();
        _queue.Wait(TimeSpan.FromHours(1));

        Assert.False(Add(100, 2));
        Assert.True(_queue.TryTake(_taken, takenBytesMax: 3000));
        Assert.Equal([1], Numbers());
        Assert.False(_queue.TryTake(_taken, takenBytesMax: 3000));
    }

    [Fact]
    public void SharedFrame_LastRelease_GivesItsRoomToTheNext()
    {
        var frame = _frames.RentMessage(100, long.MaxValue);
        frame.Claim();
        frame.Release();
        Assert.NotSame(frame, _frames.RentMessage(100, long.MaxValue));

        frame.Release();

        Assert.Same(frame, _frames.RentMessage(100, long.MaxValue));
    }

    [Fact]
    public void FrameQueue_AddAndTake_AllocateNothing() =>
        AllocationAssert.None(() =>
        {
            Add(1000, 1);
            Add(1000, 2);
            _queue.TryTake(_taken, takenBytesMax: 3000);
            _taken[0].Release();
            _taken[1].Release();
        });

    /// <summary>Against the definition of a match, whatever comes and goes.</summary>
    [Fact]
    public void SubjectIndex_AnyPatterns_FindsWhatMatches() =>
        Seeds.Check(
            random =>
            {
                var index = new SubjectIndex<string>();
                var model = new List<string>();
                for (var step = 0; step < 300; step++)
                {
                    var pattern = Draw(random, areWildcardsAllowed: true);
                    if (model.Count > 0 && random.NextInt32(3) == 0)
                    {
                        pattern = model[random.NextInt32(model.Count)];
                        model.Remove(pattern);
                        index.Remove(pattern, pattern);
                    }
                    else if (!model.Contains(pattern, StringComparer.Ordinal))
                    {
                        model.Add(pattern);
                        index.Add(pattern, pattern);
                    }

                    var subject = Draw(random, areWildcardsAllowed: false);
                    var found = new List<string>();
                    index.Find(subject, found);
                    Assert.Equal(
                        model
                            .Where(candidate => BusSubject.Matches(candidate, subject))
                            .Order(StringComparer.Ordinal),
                        found.Order(StringComparer.Ordinal)
                    );
                }

                foreach (var pattern in model)
                {
                    index.Remove(pattern, pattern);
                }

                Assert.True(index.IsEmpty, "Nothing is left of what was taken out.");
            },
            rounds: 50
        );

    [Fact]
    public void SubjectIndex_Find_AllocatesNothing()
    {
        var index = new SubjectIndex<string>();
        index.Add("media.app.track.h", "1");
        index.Add("media.*.track.*", "2");
        index.Add("media.>", "3");
        var found = new List<string>();

        AllocationAssert.None(() =>
        {
            found.Clear();
            index.Find("media.app.track.h", found);
        });

        Assert.Equal(3, found.Count);
    }

    [Fact]
    public void SubjectCache_SameSubject_SameText()
    {
        var cache = new SubjectCache();
        var texts = Enumerable.Range(0, 5000).Select(number => $"media.app.{number}.h").ToArray();

        foreach (var text in texts.Concat(texts))
        {
            Assert.Equal(text, cache.Find(Encoding.ASCII.GetBytes(text)));
        }

        Assert.Same(cache.Find("media.app.1.h"u8), cache.Find("media.app.1.h"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.*")]
    [InlineData("a b")]
    [InlineData("a\u0080")]
    public void SubjectCache_NoSubject_Null(string text) =>
        Assert.Null(new SubjectCache().Find(Encoding.Latin1.GetBytes(text)));

    private bool Add(
        int lengthBytes,
        byte number,
        long deadline = long.MaxValue,
        bool isUrgent = false
    )
    {
        var frame = _frames.RentMessage(lengthBytes, deadline, isUrgent);
        frame.Bytes[0] = number;
        var isTaken = _queue.TryAdd(frame);
        frame.Release();
        return isTaken;
    }

    private IEnumerable<int> Numbers() => _taken.Select(frame => (int)frame.Bytes[0]);

    private static string Draw(Prng random, bool areWildcardsAllowed)
    {
        var tokens = Enumerable
            .Range(0, 1 + random.NextInt32(4))
            .Select(_ =>
                random.NextInt32(areWildcardsAllowed ? 4 : 3) switch
                {
                    0 => "a",
                    1 => "b",
                    2 => "ab",
                    _ => BusSubject.AnyToken,
                }
            )
            .ToList();
        if (areWildcardsAllowed && random.NextInt32(4) == 0)
        {
            tokens.Add(BusSubject.Rest);
        }

        return string.Join('.', tokens);
    }
}
