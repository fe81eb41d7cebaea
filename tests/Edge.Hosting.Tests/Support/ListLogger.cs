using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Tests.Support;

/// <summary>Keeps what is logged, a line each: level, id, text.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>How many lines hold a text.</summary>
    public int Count(string text) =>
        Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (_lines)
        {
            _lines.Add($"{logLevel} {eventId.Id}: {formatter(state, exception)} {exception}");
        }
    }
}
