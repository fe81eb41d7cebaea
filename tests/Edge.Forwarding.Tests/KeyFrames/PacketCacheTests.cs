using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.KeyFrames;

public sealed class PacketCacheTests
{
    private const int Capacity = 128;

    private readonly PacketPool _pool = new(0, 1024);
    private readonly PacketCache _cache;
    private readonly PacketHandle _shared;

    public PacketCacheTests()
    {
        _cache = new PacketCache(Capacity, [_pool]);
        Assert.True(_pool.TryRent(out _shared));
    }

    [Fact]
    public void Add_TwiceLateAndTooOld_SaysSo()
    {
        Assert.Equal(CacheInsertion.Newest, Add(1000));
        Assert.Equal(CacheInsertion.Newest, Add(1002));
        Assert.Equal(CacheInsertion.Late, Add(1001));
        Assert.Equal(CacheInsertion.Duplicate, Add(1001));
        Assert.Equal(CacheInsertion.Late, Add(999));
        Assert.Equal(CacheInsertion.TooOld, Add(1000 - Capacity));
        Assert.Equal(CacheInsertion.Newest, Add(1000 + 2 * Capacity));
        Assert.Equal(CacheInsertion.TooOld, Add(1003));
    }

    /// <summary>SPS, PPS and slices share a timestamp, whichever comes first.</summary>
    [Fact]
    public void KeyFrameStart_PartsOutOfOrder_IsTheFirstPart()
    {
        Add(1000);
        Add(1002, isKeyFrameStart: true, timestamp: 5);
        Assert.Equal(1002, _cache.KeyFrameStart);
        Add(1001, isKeyFrameStart: true, timestamp: 5);
        Assert.Equal(1001, _cache.KeyFrameStart);
        Add(1003, isKeyFrameStart: true, timestamp: 5);
        Assert.Equal(1001, _cache.KeyFrameStart);
        Add(1009, isKeyFrameStart: true, timestamp: 9);
        Assert.Equal(1009, _cache.KeyFrameStart);
    }

    [Fact]
    public void Add_CacheFull_KeyFrameLeavesAndIsNoStartAnyMore()
    {
        Add(1000, isKeyFrameStart: true);
        for (var number = 1001; number < 1000 + Capacity; number++)
        {
            Add(number);
        }

        Assert.True(_cache.HasKeyFrame);
        Add(1000 + Capacity);
        Assert.False(_cache.HasKeyFrame);
        Assert.False(_cache.Contains(1000));
        Assert.Equal(Capacity, _cache.Count);
    }

    [Fact]
    public void Trim_OldPackets_LeaveUpToTheKeyFrame()
    {
        for (var number = 1000; number < 1100; number++)
        {
            Add(number, isKeyFrameStart: number == 1050, atMs: number);
        }

        for (var round = 0; round < 30; round++)
        {
            _cache.Trim(TimeSpan.FromMilliseconds(10), Instant.FromMilliseconds(3000));
        }

        Assert.Equal(1050, _cache.Oldest);
        Assert.Equal(50, _cache.Count);
        _cache.ForgetKeyFrame();
        for (var round = 0; round < 30; round++)
        {
            _cache.Trim(TimeSpan.FromMilliseconds(10), Instant.FromMilliseconds(3000));
        }

        Assert.Equal(1, _cache.Count);
    }

    /// <summary>A picture that never changes was sent for a while, so nothing came; the first packet of the next
    /// picture is lost and comes again: its place is as young as the picture.</summary>
    [Fact]
    public void Add_LateAfterAPause_FillsItsGap()
    {
        Add(1000, atMs: 0);
        Add(1002, atMs: 5_000);
        for (var round = 0; round < 30; round++)
        {
            _cache.Trim(TimeSpan.FromSeconds(1), Instant.FromMilliseconds(5_000));
        }

        Assert.Equal(CacheInsertion.Late, Add(1001, atMs: 5_040));
    }

    [Fact]
    public void Trim_GapThatNothingFilled_LeavesInItsTime()
    {
        Add(1000, atMs: 0);
        Add(1010, atMs: 5_000);
        for (var round = 0; round < 30; round++)
        {
            _cache.Trim(TimeSpan.FromSeconds(1), Instant.FromMilliseconds(6_001));
        }

        Assert.Equal(1010, _cache.Oldest);
    }

    [Fact]
    public void Clear_AfterAnySchedule_GivesEveryClaimBack() =>
        Seeds.Check(
            random =>
            {
                long next = 70_000;
                for (var step = 0; step < 3000; step++)
                {
                    next += random.NextInt32(300) == 0 ? random.NextInt32(400) : 1;
                    Add(
                        next - random.NextInt32(20),
                        isKeyFrameStart: random.NextInt32(50) == 0,
                        atMs: step,
                        timestamp: (uint)step
                    );
                    _cache.Trim(
                        TimeSpan.FromMilliseconds(random.NextInt32(100)),
                        Instant.FromMilliseconds(step)
                    );
                    Assert.True(!_cache.HasKeyFrame || _cache.Contains(_cache.KeyFrameStart));
                    Assert.InRange(_cache.Count, 0, Capacity);
                }

                _cache.Clear();
                Assert.Equal(0, _cache.Count);
                _pool.AddReference(_shared);
                _pool.Release(_shared);
            },
            rounds: 5
        );

    [Fact]
    public void AddContainsTrim_Steady_AllocateNothing()
    {
        long next = 1000;
        AllocationAssert.None(() =>
        {
            next++;
            Add(next, isKeyFrameStart: next % 60 == 0, atMs: next);
            _cache.Contains(next - 3);
            _cache.Trim(TimeSpan.FromMilliseconds(20), Instant.FromMilliseconds(next));
        });
    }

    private CacheInsertion Add(
        long number,
        bool isKeyFrameStart = false,
        double atMs = 0,
        uint timestamp = 0
    )
    {
        var entry = new CachedPacket
        {
            Packet = new TrackPacket
            {
                Handle = _shared,
                ExtendedSequence = number,
                ArrivedAt = Instant.FromMilliseconds(atMs),
                Timestamp = timestamp == 0 ? (uint)number : timestamp,
                PacketLength = 100,
                HeaderLength = 12,
                PayloadOffset = 12,
                PayloadLength = 88,
                SourceEpoch = 0,
                Layer = 0,
                Marker = false,
                IsKeyFrameStart = isKeyFrameStart,
            },
        };
        return _cache.Add(entry, Instant.FromMilliseconds(atMs));
    }
}
