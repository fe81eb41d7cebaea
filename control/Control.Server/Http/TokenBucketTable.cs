using System.Security.Cryptography;

namespace Control.Server.Http;

/// <summary>Token buckets for very many keys in a fixed amount of memory.</summary>
/// <remarks>
/// A key has four places. When all four are taken by others, the fullest bucket gives way: it is the
/// one about which least is forgotten, since a full bucket and a forgotten one are the same. The place
/// depends on a random number of the process, so that nobody can choose keys that push out each other.
/// Threads: any.
/// </remarks>
internal sealed class TokenBucketTable
{
    private const int Ways = 4;

    private readonly Lock _lock = new();
    private readonly Bucket[] _buckets;
    private readonly ulong _multiplier;
    private readonly int _shift;
    private readonly double _perSecond;
    private readonly double _burst;
    private readonly TimeProvider _time;

    /// <summary>Makes a table of 4·2^<paramref name="setsLog2"/> buckets.</summary>
    public TokenBucketTable(int setsLog2, double perSecond, double burst, TimeProvider time)
    {
        _buckets = new Bucket[Ways << setsLog2];
        _multiplier = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
        _shift = 64 - setsLog2;
        _perSecond = perSecond;
        _burst = burst;
        _time = time;
    }

    /// <summary>Takes one token of a key; else says when there will be one.</summary>
    public bool TryTake(ulong key, out TimeSpan retryAfter)
    {
        // 0 marks a free place.
        key = key == 0 ? ulong.MaxValue : key;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            ref var bucket = ref FindBucket(key, now);
            Refill(ref bucket, now);
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens -= 1;
                retryAfter = TimeSpan.Zero;
                return true;
            }

            retryAfter = TimeSpan.FromSeconds((1 - bucket.Tokens) / _perSecond);
            return false;
        }
    }

    private int SetOf(ulong key) => (int)((key * _multiplier) >> _shift) * Ways;

    private ref Bucket FindBucket(ulong key, long now)
    {
        var first = SetOf(key);
        var fullestIndex = first;
        var fullestTokens = double.MinValue;
        for (var index = first; index < first + Ways; index++)
        {
            ref var bucket = ref _buckets[index];
            if (bucket.Key == key)
            {
                return ref bucket;
            }

            Refill(ref bucket, now);
            if (bucket.Tokens > fullestTokens)
            {
                fullestTokens = bucket.Tokens;
                fullestIndex = index;
            }
        }

        _buckets[fullestIndex] = new Bucket
        {
            Key = key,
            Tokens = _burst,
            At = now,
        };
        return ref _buckets[fullestIndex];
    }

    private void Refill(ref Bucket bucket, long now)
    {
        if (bucket.Key == 0)
        {
            bucket.Tokens = _burst;
            return;
        }

        var gained = _time.GetElapsedTime(bucket.At, now).TotalSeconds * _perSecond;
        bucket.Tokens = Math.Min(_burst, bucket.Tokens + gained);
        bucket.At = now;
    }

    private struct Bucket
    {
        public ulong Key;
        public double Tokens;
        public long At;
    }
}
