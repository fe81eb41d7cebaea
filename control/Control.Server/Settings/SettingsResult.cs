using System.Collections.Immutable;

namespace Control.Server.Settings;

/// <summary>The outcome of reading the settings.</summary>
internal abstract record SettingsResult
{
    private SettingsResult() { }

    /// <summary>All of them are right.</summary>
    public sealed record Accepted(ControlSettings Settings) : SettingsResult;

    /// <summary>The process must not start.</summary>
    /// <param name="Problems">Every problem, one line each; no secret is repeated in them.</param>
    public sealed record Refused(ImmutableArray<string> Problems) : SettingsResult;
}
