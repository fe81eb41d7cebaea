using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Edge.Hosting.Lifetime;

/// <summary>The log of the process: one line for each event, on standard error.</summary>
public static class Logging
{
    /// <summary>Makes the factory; the framework's own categories speak from Warning on.</summary>
    public static ILoggerFactory Create(LogLevel level) =>
        LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            // Repeats what StartAsync throws, which ends the process with a sentence of ours.
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
            logging.Services.Configure<ConsoleLoggerOptions>(console =>
                console.LogToStandardErrorThreshold = LogLevel.Trace
            );
        });
}
