using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of counted packet slots: bounds, staleness, and claims given back by other threads.</summary>
public sealed class PacketPoolTests
{
    [Fact]
    public void TryRent_AllSlots_ThenNoneUntilRelease()
    {
        var pool = new PacketPool(3, 4);
        var handles = new PacketHandle[4];
        for (var index = 0; index < 4; index++)
        {
            Assert.True(pool.TryRent(out handles[index]));
            Assert.Equal(3, handles[index].Pool);
            Assert.False(handles[index].IsNone);
        }

        Assert.Equal(4, handles.Select(handle => handle.Slot).Distinct().Count());
        Assert.False(pool.TryRent(out var none));
        Assert.True(none.IsNone);
        pool.Release(handles[2]);
        Assert.Equal(1, pool.CountFree());
        Assert.True(pool.TryRent(out var again));
        Assert.Equal(handles[2].Slot, again.Slot);
        Assert.NotEqual(handles[2], again);
    }

    [Fact]
    public void Slot_TwoPackets_DoNotOverlap()
    {
        var pool = new PacketPool(0, 2);
        pool.TryRent(out var first);
        pool.TryRent(out var second);
        pool.Slot(first).Fill(1);
        pool.Slot(second).Fill(2);
        Assert.Equal(PacketPool.SlotBytes, pool.Slot(first).Length);
        Assert.False(pool.Slot(first).ContainsAnyExcept((byte)1));
        Assert.False(pool.Slot(second).ContainsAnyExcept((byte)2));
    }

    [Fact]
    public void Release_OneOfTwoClaims_SlotStays()
    {
        var pool = new PacketPool(0, 1);
        pool.TryRent(out var handle);
        pool.AddReference(handle);
        pool.Release(handle);
        Assert.Equal(0, pool.CountFree());
        pool.Slot(handle)[0] = 1;
        pool.Release(handle);
        Assert.Equal(1, pool.CountFree());
    }

    [Fact]
    public void StaleHandle_AnyUse_Throws()
    {
        var pool = new PacketPool(0, 1);
        pool.TryRent(out var handle);
        pool.Release(handle);
        Assert.Throws<InvalidOperationException>(() => pool.Slot(handle).Length);
        Assert.Throws<InvalidOperationException>(() => pool.Release(handle));
        Assert.Throws<InvalidOperationException>(() => pool.AddReference(handle));
        pool.TryRent(out _);
        Assert.Throws<InvalidOperationException>(() => pool.Slot(handle).Length);
    }

    [Fact]
    public void ForeignOrNoHandle_AnyUse_Throws()
    {
        var pool = new PacketPool(0, 1);
        new PacketPool(1, 1).TryRent(out var foreign);
        Assert.Throws<InvalidOperationException>(() => pool.Slot(foreign).Length);
        Assert.Throws<InvalidOperationException>(() => pool.Slot(PacketHandle.None).Length);
    }

    /// <summary>Memory that was never claimed is never touched, and what was is used again first.</summary>
    [Fact]
    public void TryRent_FewAtATime_UsesFewSlots()
    {
        var pool = new PacketPool(0, 64);
        var slots = new HashSet<int>();
        for (var round = 0; round < 1000; round++)
        {
            pool.TryRent(out var first);
            pool.TryRent(out var second);
            slots.Add(first.Slot);
            slots.Add(second.Slot);
            pool.Release(first);
            pool.Release(second);
        }

        Assert.Equal(2, slots.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_NoSlots_Throws(int slots) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PacketPool(0, slots));

    /// <summary>Goal: whatever the order of claims, none is lost and none is double. Method: against a
    /// model that counts.</summary>
    [Fact]
    public void RandomClaims_AgainstAModel_FreeCountAgrees() =>
        Seeds.Check(
            random =>
            {
                var pool = new PacketPool(0, 16);
                var claims = new List<PacketHandle>();
                for (var step = 0; step < 5000; step++)
                {
                    var choice = random.NextInt32(3);
                    if (choice == 0 && pool.TryRent(out var rented))
                    {
                        Assert.DoesNotContain(claims, claim => claim.Slot == rented.Slot);
                        claims.Add(rented);
                    }
                    else if (choice == 1 && claims.Count is > 0 and < 100)
                    {
                        var claim = claims[random.NextInt32(claims.Count)];
                        pool.AddReference(claim);
                        claims.Add(claim);
                    }
                    else if (choice == 2 && claims.Count > 0)
                    {
                        var index = random.NextInt32(claims.Count);
                        pool.Release(claims[index]);
                        claims.RemoveAt(index);
                    }

                    var used = claims.Select(claim => claim.Slot).Distinct().Count();
                    Assert.Equal(16 - used, pool.CountFree());
                }
            },
            rounds: 5
        );

    /// <summary>Goal: slots that other threads release all come back, once. Method: one renter hands
    /// packets through rings to two releasers, which check the content.</summary>
    [Fact]
    public void Release_ByTwoOtherThreads_EverySlotComesBack()
    {
        const int Packets = 30_000;
        var pool = new PacketPool(0, 64);
        SpscRing<PacketHandle>[] rings = [new(32), new(32)];
        var releasers = rings
            .Select(ring => TwoThreads.Start(() => ReleaseAll(pool, ring, Packets)))
            .ToArray();
        for (var sent = 0; sent < Packets; sent++)
        {
            var handle = PacketHandle.None;
            TwoThreads.SpinUntil(() => pool.TryRent(out handle));
            pool.Slot(handle)[0] = unchecked((byte)handle.Generation);
            pool.AddReference(handle);
            foreach (var ring in rings)
            {
                TwoThreads.SpinUntil(() => ring.TryWrite(handle));
            }
        }

        foreach (var releaser in releasers)
        {
            TwoThreads.Join(releaser);
        }

        Assert.Equal(64, pool.CountFree());
    }

    [Fact]
    public void TryRentSlotAddReferenceRelease_ManyTimes_AllocateNothing()
    {
        var pool = new PacketPool(0, 4);
        AllocationAssert.None(() =>
        {
            pool.TryRent(out var handle);
            pool.Slot(handle)[0] = 1;
            pool.AddReference(handle);
            pool.Release(handle);
            pool.Release(handle);
        });
    }

    private static void ReleaseAll(PacketPool pool, SpscRing<PacketHandle> ring, int count)
    {
        for (var released = 0; released < count; released++)
        {
            var handle = PacketHandle.None;
            TwoThreads.SpinUntil(() => ring.TryRead(out handle));
            if (pool.Slot(handle)[0] != unchecked((byte)handle.Generation))
            {
                throw new InvalidOperationException($"{handle} shows another packet.");
            }

            pool.Release(handle);
        }
    }
}
