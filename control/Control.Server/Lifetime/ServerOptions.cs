using Control.Server.Http;

namespace Control.Server.Lifetime;

/// <summary>What the HTTP side needs beside the settings.</summary>
internal sealed record ServerOptions
{
    /// <summary>The clock of limits, tokens and time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many requests are taken.</summary>
    public RateLimits Limits { get; init; } = new();

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The build, as --version prints it.</summary>
    public string Version { get; init; } = ProcessVersion.Text;
}
