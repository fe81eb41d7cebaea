using System.Text.Json;
using System.Text.Json.Serialization;

namespace Edge.Load.Reports;

/// <summary>Reports as JSON files: one of each run, and a folder of them as one table.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Save<TReport>(string file, TReport report) =>
        File.WriteAllText(file, JsonSerializer.Serialize(report, Format));

    /// <summary>Reads a folder's reports in the order of their names, prints the table, writes it.</summary>
    /// <returns>What the process ends with: 1 where there is nothing.</returns>
    public static int Summarise<TReport, TRow>(
        string folder,
        string? jsonFile,
        Func<IReadOnlyList<TReport>, IReadOnlyList<TRow>> toRows,
        Action<IReadOnlyList<TRow>, TextWriter> print
    )
    {
        var reports = Directory
            .EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(Load<TReport>)
            .ToArray();
        var rows = toRows(reports);
        print(rows, Console.Out);
        var machine = MachineFacts.Read();
        Console.WriteLine(machine);
        if (jsonFile is not null)
        {
            var content = new
            {
                Machine = machine,
                Medians = rows,
                Runs = reports,
            };
            var text = JsonSerializer.Serialize(content, Format);
            File.WriteAllText(jsonFile, text + "\n");
        }

        return rows.Count == 0 ? 1 : 0;
    }

    private static TReport Load<TReport>(string file) =>
        JsonSerializer.Deserialize<TReport>(File.ReadAllText(file), Format)
        ?? throw new IOException($"{file} holds no report.");
}
