using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Control.Server.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Line)> _lines = new();

    /// <summary>Lines of a message, the oldest first.</summary>
    public List<string> Of(int id) =>
        [.. _lines.Where(each => each.Id == id).Select(each => each.Line)];

    /// <summary>How many lines have a level.</summary>
    public int Count(LogLevel level) => _lines.Count(each => each.Level == level);

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
    ) => _lines.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
}
