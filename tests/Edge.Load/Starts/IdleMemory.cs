namespace Edge.Load.Starts;

/// <summary>Memory of a process, in KB.</summary>
/// <param name="Proportional">All, shared pages by their share (PSS).</param>
/// <param name="Private">Of it what no file has: heaps, stacks, tables that were written to.</param>
/// <param name="Files">Of it pages of the program and its libraries as the files have them, which the system may take back.</param>
/// <param name="Resident">All, shared pages whole (RSS).</param>
/// <param name="Threads">How many it has.</param>
internal sealed record IdleMemory(
    long Proportional,
    long Private,
    long Files,
    long Resident,
    int Threads
)
{
    private const string Rollup = "smaps_rollup";

    public static IdleMemory Of(int processId)
    {
        var process = new ServerProcess(processId);
        return new(
            process.ProportionalKilobytes(),
            process.Kilobytes(Rollup, "Pss_Anon:"),
            process.Kilobytes(Rollup, "Pss_File:"),
            process.ResidentKilobytes(),
            Directory.GetDirectories($"/proc/{processId}/task").Length
        );
    }
}
