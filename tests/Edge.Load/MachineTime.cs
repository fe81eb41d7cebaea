using System.Globalization;

namespace Edge.Load;

/// <summary>Time of all processors, from /proc/stat (proc(5)).</summary>
/// <param name="Total">Everything, in ticks.</param>
/// <param name="Stolen">What the host gave to other machines while something here wanted to run, in
/// ticks: while much is stolen, CPU figures say more about the host than about the server.</param>
internal readonly record struct MachineTime(long Total, long Stolen)
{
    /// <summary>Behind the word "cpu": user, nice, system, idle, iowait, irq, softirq, steal; the guest
    /// times that follow are contained in the first two.</summary>
    private const int FieldCount = 8;

    /// <summary>Percent of the time that was stolen.</summary>
    public double StolenPercent => Total == 0 ? 0 : 100.0 * Stolen / Total;

    public static MachineTime operator -(MachineTime left, MachineTime right) =>
        new(left.Total - right.Total, left.Stolen - right.Stolen);

    /// <summary>Time until now.</summary>
    public static MachineTime Read() => Parse(File.ReadLines("/proc/stat").First());

    /// <summary>Reads the line of all processors.</summary>
    public static MachineTime Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Take(FieldCount)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return new(fields.Sum(), fields.Length == FieldCount ? fields[^1] : 0);
    }
}
