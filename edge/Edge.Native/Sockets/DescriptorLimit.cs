namespace Edge.Native.Sockets;

/// <summary>How many descriptors the process may have open.</summary>
/// <remarks>Source: getrlimit(2), RLIMIT_NOFILE.</remarks>
public static unsafe class DescriptorLimit
{
    /// <summary>What a process has where nobody set a limit and none can be read.</summary>
    private const int Usual = 1024;

    /// <summary>The limit that holds now.</summary>
    public static int Read()
    {
        var limits = stackalloc ulong[2];
        return LibC.ResourceLimit(LibC.ResourceDescriptors, limits) == 0
            ? (int)Math.Min(limits[0], int.MaxValue)
            : Usual;
    }
}
