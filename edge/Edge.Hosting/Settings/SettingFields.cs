using System.Net;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Settings;

/// <summary>Reads settings one by one and collects all that is wrong with them.</summary>
/// <remarks>A setting that is wrong reads as its default, so that reading goes on to the next problem; the
/// process does not start with it.</remarks>
public sealed class SettingFields
{
    private const int NameLengthMax = 32;

    private readonly SettingsSource _source;
    private readonly List<string> _warnings;

    /// <summary>Begins with what was wrong with the source itself.</summary>
    public SettingFields(SettingsSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _warnings = [.. source.Warnings];
        Problems = [.. source.Problems];
    }

    /// <summary>Every problem so far, one line each; no secret is repeated in them.</summary>
    public List<string> Problems { get; }

    /// <summary>Sentences to say at each start: what is allowed but not meant for service.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The text of a setting; null when it is not set.</summary>
    public string? Find(string name) => _source.Find(name);

    /// <summary>Whether a setting is set.</summary>
    public bool Has(string name) => _source.Find(name) is not null;

    /// <summary>Adds a problem of a setting.</summary>
    public void Refuse(string name, string problem) => Problems.Add($"{name}: {problem}");

    /// <summary>Adds a warning.</summary>
    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>`address:port`.</summary>
    public IPEndPoint ReadEndPoint(string name, IPEndPoint defaultValue) =>
        FindEndPoint(name) ?? defaultValue;

    /// <summary>The same of one that may be left out; null when it is, or is wrong.</summary>
    public IPEndPoint? FindEndPoint(string name)
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        if (SettingText.ToEndPoint(text) is { } address)
        {
            return address;
        }

        Refuse(name, $"'{text}' is not address:port, as in 127.0.0.1:7000 or [::1]:7000.");
        return null;
    }

    /// <summary>A whole number within bounds.</summary>
    public int ReadNumber(string name, int defaultValue, int min, int max)
    {
        if (Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (SettingText.ToNumber(text, min, max) is { } number)
        {
            return number;
        }

        Refuse(name, $"'{text}' is not a whole number from {min} to {max}.");
        return defaultValue;
    }

    /// <summary>1 or 0.</summary>
    public bool ReadSwitch(string name, bool defaultValue)
    {
        if (Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (SettingText.ToSwitch(text) is { } isOn)
        {
            return isOn;
        }

        Refuse(name, $"'{text}' is neither 1 nor 0.");
        return defaultValue;
    }

    /// <summary>A name of a PoP or node.</summary>
    public string ReadName(string name, string defaultValue)
    {
        var text = Find(name) ?? defaultValue;
        if (!IsName(text))
        {
            Refuse(
                name,
                $"'{text}' is not a name of 1-{NameLengthMax} letters, digits, '-' or '_'."
            );
        }

        return text;
    }

    /// <summary>The lowest level that is logged.</summary>
    public LogLevel ReadLogLevel()
    {
        if (Find(SettingName.Log) is not { } text)
        {
            return LogLevel.Information;
        }

        foreach (var level in Enum.GetValues<LogLevel>())
        {
            if (string.Equals(level.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        Refuse(
            SettingName.Log,
            $"'{text}' is none of Trace, Debug, Information, Warning, Error, Critical, None."
        );
        return LogLevel.Information;
    }

    /// <summary>Adds a problem when there is no such file.</summary>
    public void CheckReadable(string name, string path)
    {
        if (!File.Exists(path))
        {
            Refuse(name, $"there is no file '{path}'.");
        }
    }

    /// <summary>Whether a text can be the name of a PoP or node.</summary>
    internal static bool IsName(string text) => SettingText.IsName(text, NameLengthMax);
}
