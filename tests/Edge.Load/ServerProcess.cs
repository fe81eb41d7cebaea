using System.Globalization;

namespace Edge.Load;

/// <summary>Reads what a process used, from /proc (proc(5)).</summary>
internal sealed class ServerProcess(int processId)
{
    /// <summary>How names of an edge's threads for clients begin.</summary>
    public const string ShardThreads = "shard-";

    /// <summary>USER_HZ: the kernel's unit of times in /proc, 100 on every architecture Linux runs on
    /// today but one.</summary>
    private const double TicksPerSecond = 100;

    private const int UserTimeField = 13;
    private const int SystemTimeField = 14;

    /// <summary>Of schedstat (the kernel's Documentation/scheduler/sched-stats.rst).</summary>
    private const int RanField = 0;
    private const int WaitedField = 1;

    /// <summary>Whether there is a process to measure.</summary>
    public bool IsKnown => processId > 0;

    /// <summary>Resident memory in KB; 0 when unknown.</summary>
    public long ResidentKilobytes() => IsKnown ? Kilobytes("status", "VmRSS:") : 0;

    /// <summary>Its share of the memory that it has, in KB: what others have too, as of shared libraries, counts by so many
    /// parts (PSS). 0 when unknown.</summary>
    public long ProportionalKilobytes() => IsKnown ? Kilobytes("smaps_rollup", "Pss:") : 0;

    /// <summary>Seconds on a processor of those threads that live and whose names begin so.</summary>
    public double ReadThreads(string prefix) => IsKnown ? ReadSchedule(prefix, RanField) : 0;

    /// <summary>Seconds that those threads could have run and waited for a processor: others had it.</summary>
    public double ReadWaited(string prefix) => IsKnown ? ReadSchedule(prefix, WaitedField) : 0;

    /// <summary>The same of the thread that calls.</summary>
    public static double ReadOwnWaited() =>
        Nanoseconds(File.ReadAllText("/proc/thread-self/schedstat"), WaitedField) / 1e9;

    /// <summary>CPU time used until now.</summary>
    public ServerCpu Read()
    {
        if (!IsKnown)
        {
            return default;
        }

        var text = File.ReadAllText($"/proc/{processId}/stat");
        // The command's name, in brackets, may hold spaces.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new(
            Seconds(fields[UserTimeField - 2]),
            Seconds(fields[SystemTimeField - 2]),
            ReadSchedule(prefix: "", RanField)
        );
    }

    /// <summary>A line of a file of /proc/PID, in KB; 0 where there is none.</summary>
    public long Kilobytes(string file, string name)
    {
        foreach (var line in File.ReadLines($"/proc/{processId}/{file}"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return long.Parse(words[1], CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }

    private static double Seconds(string ticks) =>
        long.Parse(ticks, CultureInfo.InvariantCulture) / TicksPerSecond;

    /// <summary>A time of threads that live, to the nanosecond.</summary>
    private double ReadSchedule(string prefix, int field)
    {
        var nanoseconds = 0L;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                if (
                    prefix.Length > 0
                    && !File.ReadAllText($"{task}/comm")
                        .StartsWith(prefix, StringComparison.Ordinal)
                )
                {
                    continue;
                }

                nanoseconds += Nanoseconds(File.ReadAllText($"{task}/schedstat"), field);
            }
            catch (IOException)
            {
                // The thread ended meanwhile, or the kernel keeps no such figure.
            }
        }

        return nanoseconds / 1e9;
    }

    private static long Nanoseconds(string schedule, int field) =>
        long.Parse(schedule.Split(' ')[field], CultureInfo.InvariantCulture);
}
