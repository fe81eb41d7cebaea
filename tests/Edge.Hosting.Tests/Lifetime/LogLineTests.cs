using Edge.Hosting.Lifetime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>How an event looks in the log.</summary>
public sealed class LogLineTests
{
    [Theory]
    [InlineData(LogLevel.Trace, "trce")]
    [InlineData(LogLevel.Debug, "dbug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "fail")]
    [InlineData(LogLevel.Critical, "crit")]
    public void Line_HasTimeLevelCategoryAndNumber(LogLevel level, string word) =>
        Assert.Matches(
            $@"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {word}: Edge\.Node\[4100\] It runs\.\n$",
            Write(level, "It runs.", exception: null)
        );

    [Fact]
    public void TextOfSeveralLines_IsOne()
    {
        var line = Write(
            LogLevel.Error,
            "First\nsecond\r\nthird",
            new InvalidOperationException("a\nb")
        );

        Assert.EndsWith(
            "[4100] First second third System.InvalidOperationException: a b\n",
            line,
            StringComparison.Ordinal
        );
    }

    private static string Write(LogLevel level, string message, Exception? exception)
    {
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(
            level,
            "Edge.Node",
            new EventId(4100),
            message,
            exception,
            (state, _) => state
        );
        new LogLine().Write(in entry, scopeProvider: null, writer);
        return writer.ToString();
    }
}
