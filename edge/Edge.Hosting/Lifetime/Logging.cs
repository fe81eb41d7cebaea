using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Edge.Hosting.Lifetime;

/// <summary>The log of the process: one line for each event, on standard error.</summary>
public static class Logging
{
    /// <summary>Makes the factory; the framework's own categories speak from Warning on.</summary>
    /// <remarks>By hand: a container of services for these few objects is a tenth of the time that a start takes.</remarks>
    public static ILoggerFactory Create(LogLevel level)
    {
        var filter = new LoggerFilterOptions { MinLevel = level };
        filter.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
        // Repeats what StartAsync throws, which ends the process with a sentence of ours.
        filter.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        var factory = new LoggerFactory([], filter);
        // Added, so that the factory ends it, and with it writes what waits.
        factory.AddProvider(
            new ConsoleLoggerProvider(
                new FixedOptions(
                    new ConsoleLoggerOptions
                    {
                        FormatterName = LogLine.FormatterName,
                        LogToStandardErrorThreshold = LogLevel.Trace,
                    }
                ),
                [new LogLine()]
            )
        );
        return factory;
    }

    /// <summary>Options that nobody changes.</summary>
    private sealed class FixedOptions(ConsoleLoggerOptions options)
        : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => options;

        public ConsoleLoggerOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
