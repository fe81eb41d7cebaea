using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Edge.Hosting.Lifetime;

/// <summary>How an event is written: <c>time level: category[id] message exception</c>, on one line.</summary>
internal sealed class LogLine() : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console's logger finds it by.</summary>
    public const string FormatterName = "line";

    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        textWriter.Write(DateTimeOffset.UtcNow.ToString(TimeFormat, CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write('[');
        textWriter.Write(logEntry.EventId.Id);
        textWriter.Write(']');
        WriteText(textWriter, logEntry.Formatter(logEntry.State, logEntry.Exception));
        WriteText(textWriter, logEntry.Exception?.ToString());
        textWriter.Write(Environment.NewLine);
    }

    private static void WriteText(TextWriter writer, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            writer.Write(' ');
            writer.Write(text.ReplaceLineEndings(" "));
        }
    }

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            LogLevel.Critical => "crit",
            LogLevel.None => throw new ArgumentOutOfRangeException(nameof(level)),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };
}
