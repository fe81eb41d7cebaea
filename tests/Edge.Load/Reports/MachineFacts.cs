using System.Runtime.InteropServices;

namespace Edge.Load.Reports;

/// <summary>On what was measured.</summary>
/// <param name="Processor">Its model, as it says itself.</param>
/// <param name="Cores">Of this machine.</param>
/// <param name="Kernel">Its name and version.</param>
/// <param name="Runtime">Of the clients.</param>
internal sealed record MachineFacts(string Processor, int Cores, string Kernel, string Runtime)
{
    /// <summary>This machine. All its cores count, not only those that the clients may run on.</summary>
    public static MachineFacts Read()
    {
        var models = File.ReadLines("/proc/cpuinfo")
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line.Split(':', 2)[^1].Trim())
            .ToArray();
        return new(
            models.FirstOrDefault() ?? RuntimeInformation.ProcessArchitecture.ToString(),
            File.ReadLines("/proc/stat").Count(IsCore),
            $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}",
            RuntimeInformation.FrameworkDescription
        );
    }

    private static bool IsCore(string line) =>
        line.StartsWith("cpu", StringComparison.Ordinal) && char.IsAsciiDigit(line[3]);

    /// <inheritdoc/>
    public override string ToString() => $"{Processor}, {Cores} cores, {Kernel}, {Runtime}";
}
