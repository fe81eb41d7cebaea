using Edge.Load.Reports;
using Edge.Load.Rooms.Reports;

namespace Edge.Load.Rooms;

/// <summary>The command line's side of it.</summary>
internal static class RoomsCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!RoomsOptions.TryParse(arguments, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync(problem);
            await Console.Error.WriteLineAsync(RoomsOptions.Usage);
            return 2;
        }

        return await MeasuringCommand.RunAsync(
            options.SummaryFolder,
            options.JsonFile,
            () => RoomsRun.RunAsync(options),
            RoomsSummary.Rows,
            RoomsTable.Print
        );
    }
}
