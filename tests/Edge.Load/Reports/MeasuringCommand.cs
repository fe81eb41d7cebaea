using Edge.Testing;

namespace Edge.Load.Reports;

/// <summary>The command line's side of what measures once, or makes a table of what was measured before.</summary>
internal static class MeasuringCommand
{
    /// <summary>Does it.</summary>
    /// <param name="summaryFolder">Where reports are to make a table of; null for a run.</param>
    /// <param name="jsonFile">Where the table, or the run's report, is written; a run without it prints its table.</param>
    /// <param name="run">Measures.</param>
    /// <param name="toRows">The table of reports.</param>
    /// <param name="print">Prints it.</param>
    /// <returns>What the process ends with.</returns>
    public static async Task<int> RunAsync<TReport, TRow>(
        string? summaryFolder,
        string? jsonFile,
        Func<Task<TReport>> run,
        Func<IReadOnlyList<TReport>, IReadOnlyList<TRow>> toRows,
        Action<IReadOnlyList<TRow>, TextWriter> print
    )
    {
        if (summaryFolder is not null)
        {
            return ReportFiles.Summarise(summaryFolder, jsonFile, toRows, print);
        }

        try
        {
            var report = await run();
            if (jsonFile is not null)
            {
                ReportFiles.Save(jsonFile, report);
                return 0;
            }

            print(toRows([report]), Console.Out);
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
}
