using System.Collections.Immutable;

namespace Edge.Hosting.Settings;

/// <summary>The outcome of reading the settings of a program.</summary>
public abstract record SettingsResult<T>
{
    private SettingsResult() { }

    /// <summary>All of them are right.</summary>
    public sealed record Accepted(T Settings) : SettingsResult<T>;

    /// <summary>The process must not start.</summary>
    /// <param name="Problems">Every problem, one line each; no secret is repeated in them.</param>
    public sealed record Refused(ImmutableArray<string> Problems) : SettingsResult<T>;
}
