namespace Edge.Node.MeshLink.Channels;

/// <summary>Bytes that may wait somewhere.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="bytesMax">Most of them.</param>
internal sealed class ByteBudget(long bytesMax)
{
    private long _bytes;

    /// <summary>Takes room; false when there is not enough.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= bytesMax)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Give(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
