using Control.Server.Apps.Credentials;
using Control.Server.Http;
using Edge.Hosting.Lifetime;
using Edge.Primitives;

namespace Control.Server.Lifetime;

/// <summary>What the HTTP side needs beside the settings.</summary>
internal sealed record ServerOptions
{
    /// <summary>The clock of limits, tokens and time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Draws the jitter of advised waits.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The apps and keys; null: those of the settings, changes kept in memory.</summary>
    public CredentialStore? Credentials { get; init; }

    /// <summary>Whether somebody takes new sessions now; null: yes, until a drain.</summary>
    public Func<bool>? IsReady { get; init; }

    /// <summary>How many requests are taken.</summary>
    public RateLimits Limits { get; init; } = new();

    /// <summary>Connections there may be at once, of which one remote gets at most half. Chosen:
    /// signalling connections are short; 10 000 of them are 200 MB at worst.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>What is behind the API tells operators; null: nothing.</summary>
    public Func<IMetricSink, CancellationToken, Task>? ReportAsync { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The build, as --version prints it.</summary>
    public string Version { get; init; } = ProcessVersion.Text;
}
