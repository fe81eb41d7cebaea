namespace Edge.Native.Sockets;

/// <summary>How many descriptors the process may have open.</summary>
/// <remarks>Source: getrlimit(2), RLIMIT_NOFILE.</remarks>
public static unsafe class DescriptorLimit
{
    /// <summary>What a process has where nobody set a limit and none can be read.</summary>
    private const int Usual = 1024;

    /// <summary>Raises the limit to what the process may give itself, and tells what holds now.</summary>
    /// <remarks>The usual soft limit of 1024 is kept low for programs that use select(2), of which none is
    /// here. Whoever means to bound the process sets the hard one.</remarks>
    public static int Raise()
    {
        var limits = stackalloc ulong[2];
        if (LibC.ResourceLimit(LibC.ResourceDescriptors, limits) != 0)
        {
            return Usual;
        }

        var soft = limits[0];
        limits[0] = limits[1];
        var isRaised = LibC.SetResourceLimit(LibC.ResourceDescriptors, limits) == 0;
        return (int)Math.Min(isRaised ? limits[1] : soft, int.MaxValue);
    }
}
