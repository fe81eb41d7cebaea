using System.Globalization;
using Edge.Load.Reports;

namespace Edge.Load.Starts;

/// <summary>What starts took.</summary>
/// <param name="Starts">How many there were.</param>
/// <param name="ReadyMilliseconds">From exec to the first 200 of /healthz, which comes once the media port is served.</param>
/// <param name="Memory">Of the last of them, when nobody uses it, in KB.</param>
/// <param name="Machine">Where.</param>
internal sealed record StartReport(
    int Starts,
    Spread ReadyMilliseconds,
    IdleMemory Memory,
    MachineFacts Machine
)
{
    private const double KilobytesPerMegabyte = 1024;

    public void Print(TextWriter to)
    {
        Write(
            to,
            $"start to ready   {ReadyMilliseconds.Median:0} ms ({ReadyMilliseconds.Least:0} to {ReadyMilliseconds.Most:0}), {Starts} starts"
        );
        Write(
            to,
            $"idle memory      {Megabytes(Memory.Proportional):0.0} MB (PSS): {Megabytes(Memory.Private):0.0} of its own, {Megabytes(Memory.Files):0.0} of files"
        );
        Write(
            to,
            $"                 {Megabytes(Memory.Resident):0.0} MB (RSS), {Memory.Threads} threads"
        );
        Write(to, $"{Machine}");
    }

    private static void Write(TextWriter to, FormattableString line) =>
        to.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Megabytes(long kilobytes) => kilobytes / KilobytesPerMegabyte;
}
