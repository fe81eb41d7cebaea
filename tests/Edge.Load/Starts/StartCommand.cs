using Edge.Load.Reports;
using Edge.Testing;

namespace Edge.Load.Starts;

/// <summary>Starts a program a few times, and says how long that took and what memory it then has.</summary>
internal static class StartCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (StartOptions.Parse(arguments, out var problem) is not { } options)
        {
            await Console.Error.WriteLineAsync(problem);
            await Console.Error.WriteLineAsync(StartOptions.Usage);
            return 2;
        }

        try
        {
            var report = await StartRun.RunAsync(options);
            report.Print(Console.Out);
            if (options.JsonFile is { } file)
            {
                ReportFiles.Save(file, report);
            }

            return 0;
        }
        catch (TestingException exception)
        {
            await Console.Error.WriteLineAsync($"No start: {exception.Message}");
            return 1;
        }
    }
}
