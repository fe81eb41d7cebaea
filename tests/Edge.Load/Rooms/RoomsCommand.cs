using System.Text.Json;
using Edge.Load.Rooms.Reports;
using Edge.Testing;

namespace Edge.Load.Rooms;

/// <summary>The command line's side of it.</summary>
internal static class RoomsCommand
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!RoomsOptions.TryParse(arguments, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync(problem);
            await Console.Error.WriteLineAsync(RoomsOptions.Usage);
            return 2;
        }

        if (options.SummaryFolder is { } folder)
        {
            return Summarise(folder, options.JsonFile);
        }

        try
        {
            var report = await RoomsRun.RunAsync(options);
            if (options.JsonFile is { } file)
            {
                report.Save(file);
                return 0;
            }

            RoomsTable.Print(RoomsSummary.Rows([report]), Console.Out);
            return 0;
        }
        catch (Exception exception)
            when (exception
                    is TestingException
                        or HttpRequestException
                        or OperationCanceledException
                        or IOException
            )
        {
            await Console.Error.WriteLineAsync($"The run failed: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Reads a folder's reports in the order of their names, prints the table, writes it.</summary>
    private static int Summarise(string folder, string? jsonFile)
    {
        var reports = Directory
            .EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(RoomsReport.Load)
            .ToArray();
        var rows = RoomsSummary.Rows(reports);
        RoomsTable.Print(rows, Console.Out);
        if (jsonFile is not null)
        {
            var text = JsonSerializer.Serialize(new { Medians = rows, Runs = reports }, Format);
            File.WriteAllText(jsonFile, text + "\n");
        }

        return rows.Count == 0 ? 1 : 0;
    }
}
