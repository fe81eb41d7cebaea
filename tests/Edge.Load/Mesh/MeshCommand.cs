using Edge.Load.Reports;

namespace Edge.Load.Mesh;

/// <summary>The command line's side of it.</summary>
internal static class MeshCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!MeshOptions.TryParse(arguments, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync(problem);
            await Console.Error.WriteLineAsync(MeshOptions.Usage);
            return 2;
        }

        return await MeasuringCommand.RunAsync(
            options.SummaryFolder,
            options.JsonFile,
            () => MeshRun.RunAsync(options),
            MeshSummary.Rows,
            MeshTable.Print
        );
    }
}
