using Edge.Primitives;

namespace Edge.Protocol.DataChannels;

/// <summary>Byte arrays for messages on their way in or out, used again and again.</summary>
/// <remarks>
/// Shape: arrays of fixed sizes from 64 bytes up, one stack of free ones for each. Bounded: free arrays
/// beyond the retained bytes are left to the garbage collector; what is in use is bounded by those who
/// rent. Threads: one owner, so that a shard has one pool for all its peers.
/// </remarks>
public sealed class MessagePool
{
    /// <summary>Chosen: 1280 for one fragment of a packet; else powers of two.</summary>
    private static readonly int[] ClassBytes =
    [
        64,
        128,
        256,
        512,
        1280,
        2048,
        4096,
        8192,
        16_384,
        32_768,
        65_536,
        131_072,
        262_144,
        524_288,
        1_048_576,
        2_097_152,
    ];

    private readonly Stack<byte[]>[] _free = new Stack<byte[]>[ClassBytes.Length];
    private readonly long _retainedBytesMax;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="retainedBytesMax">Most bytes that free arrays may hold.</param>
    public MessagePool(long retainedBytesMax)
    {
        _retainedBytesMax = retainedBytesMax;
        for (var index = 0; index < _free.Length; index++)
        {
            _free[index] = new();
        }
    }

    /// <summary>Bytes in free arrays.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>Arrays that were rented and not given back yet.</summary>
    public long RentedCount { get; private set; }

    /// <summary>Takes an array of at least so many bytes, whose content is whatever was there.</summary>
    [HotPath]
    public byte[] Rent(int lengthBytes)
    {
        RentedCount++;
        var index = ClassOf(lengthBytes);
        if (index == ClassBytes.Length)
        {
            return new byte[lengthBytes];
        }

        if (_free[index].TryPop(out var buffer))
        {
            RetainedBytes -= buffer.Length;
            return buffer;
        }

        return new byte[ClassBytes[index]];
    }

    /// <summary>Gives an array back; the caller does not touch it any more.</summary>
    [HotPath]
    public void Return(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        RentedCount--;
        var index = ClassOf(buffer.Length);
        if (
            index < ClassBytes.Length
            && ClassBytes[index] == buffer.Length
            && RetainedBytes + buffer.Length <= _retainedBytesMax
        )
        {
            RetainedBytes += buffer.Length;
            _free[index].Push(buffer);
        }
    }

    private static int ClassOf(int lengthBytes)
    {
        var index = 0;
        while (index < ClassBytes.Length && ClassBytes[index] < lengthBytes)
        {
            index++;
        }

        return index;
    }
}
