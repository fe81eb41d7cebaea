using System.Globalization;

namespace Interop.Tests.BadInput;

/// <summary>How much memory a process holds.</summary>
internal static class ProcessMemory
{
    /// <summary>Most that a storm of bad input may add. Chosen: a garbage collector's budget moves by some
    /// ten megabytes; a leak of 1 KiB for each of the 42 000 datagrams of a storm would be above.</summary>
    public const long GrowthMax = 32L * 1024 * 1024;

    /// <summary>Resident bytes, from /proc.</summary>
    public static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status")
            .First(each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return 1024 * long.Parse(kibibytes.TrimStart(), CultureInfo.InvariantCulture);
    }
}
