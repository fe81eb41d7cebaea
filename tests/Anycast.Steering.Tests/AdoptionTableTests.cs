using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class AdoptionTableTests
{
    private const ulong Mark = 0x0123_4567_89AB_CDEF;
    private const ushort Former = 1;
    private const ushort Heir = 2;
    private const ushort Other = 3;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);

    private readonly AdoptionTable _table = new();

    [Fact]
    public void TryFind_WhatWasSaid_IsValidForItsTime()
    {
        Assert.False(_table.TryFind(Mark, out _, Now));
        Say(Mark, Heir);

        Assert.True(_table.TryFind(Mark, out var holder, Now));
        Assert.Equal(Heir, holder);
        Assert.False(_table.TryFind(Mark + 1, out _, Now));
        Assert.False(_table.TryFind(Mark, out _, Now + AdoptionTable.Lifetime));
    }

    /// <summary>A session moves on: what its former holder repeats may be older than that.</summary>
    [Fact]
    public void Set_RepeatedByWhoHadIt_ChangesNothing()
    {
        Say(Mark, Heir);
        Say(Mark, Other);
        Say(Mark, Heir, isRepeated: true);
        _table.Remove(Mark, Heir);

        Assert.True(_table.TryFind(Mark, out var holder, Now));
        Assert.Equal(Other, holder);
        var later = Now + AdoptionTable.Lifetime;
        _table.Set(Mark, Heir, Former, isRepeated: true, later);
        Assert.True(_table.TryFind(Mark, out holder, later));
        Assert.Equal(Heir, holder);
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void Remove_ByItsHolder_IsForgotten()
    {
        Say(Mark, Heir);
        _table.Remove(Mark, Other);
        Assert.True(_table.TryFind(Mark, out _, Now));

        _table.Remove(Mark, Heir);

        Assert.False(_table.TryFind(Mark, out _, Now));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void RemoveNode_HolderGone_OthersStay()
    {
        Say(Mark, Heir);
        Say(Mark + 1, Other);

        _table.RemoveNode(Heir);

        Assert.False(_table.TryFind(Mark, out _, Now));
        Assert.True(_table.TryFind(Mark + 1, out _, Now));
    }

    [Fact]
    public void TryFindLowest_SomeHolders_NamesTheLowestThatIsValid()
    {
        Assert.False(_table.TryFindLowest(Former, out _, Now));
        Say(Mark, Other);
        _table.Set(Mark + 1, Heir, Former, isRepeated: false, Now + TimeSpan.FromSeconds(1));
        _table.Set(Mark + 2, holder: 0, former: 9, isRepeated: false, Now);

        Assert.True(_table.TryFindLowest(Former, out var holder, Now));
        Assert.Equal(Heir, holder);
        Assert.False(
            _table.TryFindLowest(
                Former,
                out _,
                Now + AdoptionTable.Lifetime + TimeSpan.FromSeconds(1)
            )
        );
    }

    /// <summary>It holds what a dictionary would, as long as there is room.</summary>
    [Fact]
    public void TryFind_ManyNames_FindsEach() =>
        Seeds.Check(
            random =>
            {
                var table = new AdoptionTable();
                var model = new Dictionary<ulong, ushort>();
                for (var count = 0; count < 3000; count++)
                {
                    var mark = ((ulong)random.NextUInt32() << 32) | random.NextUInt32();
                    var holder = (ushort)random.NextInt32(4);
                    model[mark] = holder;
                    table.Set(mark, holder, Former, isRepeated: false, Now);
                }

                Assert.Equal(model.Count, table.Count);
                foreach (var (mark, expected) in model)
                {
                    Assert.True(table.TryFind(mark, out var holder, Now));
                    Assert.Equal(expected, holder);
                }
            },
            rounds: 20
        );

    /// <summary>Goal: it stays within its bound, and what was said last is there. Method: names that all have the same place.
    /// </summary>
    [Fact]
    public void Set_MoreThanThereIsRoomFor_TheOldestGo()
    {
        var table = new AdoptionTable(capacity: 64);
        for (ulong count = 0; count < 100; count++)
        {
            var at = Now + TimeSpan.FromMilliseconds((int)count);
            table.Set(count << 32, Heir, Former, isRepeated: false, at);
            Assert.True(table.TryFind(count << 32, out _, at));
        }

        Assert.Equal(8, table.Count);
        Assert.False(table.TryFind(91UL << 32, out _, Now));
        Assert.True(table.TryFind(92UL << 32, out _, Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(100)]
    public void Create_CapacityThatIsNone_IsRefused(int capacity) =>
        Assert.Throws<ArgumentException>(() => new AdoptionTable(capacity));

    [Fact]
    public void TryFind_Any_AllocatesNothing()
    {
        Say(Mark, Heir);
        AllocationAssert.None(() => _ = _table.TryFind(Mark, out _, Now));
    }

    private void Say(ulong mark, ushort holder, bool isRepeated = false) =>
        _table.Set(mark, holder, Former, isRepeated, Now);
}
