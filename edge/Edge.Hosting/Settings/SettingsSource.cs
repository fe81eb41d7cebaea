using System.Collections;
using System.Text.Json;

namespace Edge.Hosting.Settings;

/// <summary>The raw texts of the settings: a file's, overridden by the environment's. An empty text
/// means that the setting is not set.</summary>
/// <param name="reader">The program that reads them. What means nothing to it is not taken: silently from a file,
/// which may serve several programs, and with a warning from the environment.</param>
public sealed class SettingsSource(Executables reader)
{
    private const int FileBytesMax = 1024 * 1024;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];

    /// <summary>What was wrong with the sources themselves, unknown names among it.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What was set for nothing.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What a process is started with: a settings file, if there is one, overridden by its
    /// environment.</summary>
    public static SettingsSource Of(Executables program, string? configPath)
    {
        var source = new SettingsSource(program);
        if (configPath is not null)
        {
            source.AddFile(configPath);
        }

        return source.AddEnvironment(Environment.GetEnvironmentVariables());
    }

    /// <summary>Takes every EDGE_* variable, and those in which Consul's programs keep their token; other variables
    /// belong to other programs.</summary>
    public SettingsSource AddEnvironment(IDictionary variables)
    {
        foreach (DictionaryEntry entry in variables)
        {
            var name = (string)entry.Key;
            if (name.StartsWith(SettingName.Prefix, StringComparison.Ordinal))
            {
                AddVariable(name, entry.Value as string ?? "");
            }
            else if (name is SettingName.ConsulToken or SettingName.ConsulTokenFile)
            {
                _values[name] = (entry.Value as string ?? "").Trim();
            }
        }

        return this;
    }

    /// <summary>Takes a settings file: one JSON object with the same names as keys.</summary>
    public SettingsSource AddFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                _problems.Add($"{path}: larger than {FileBytesMax} bytes.");
                return this;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            AddDocument(path, document.RootElement);
        }
        catch (JsonException exception)
        {
            var line = exception.LineNumber + 1;
            _problems.Add($"{path}: not JSON, line {line}: {FirstSentence(exception.Message)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{path}: cannot be read: {exception.Message}");
        }

        return this;
    }

    /// <summary>The text of a setting; null when it is not set.</summary>
    public string? Find(string name) =>
        _values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private void AddVariable(string name, string value)
    {
        if (value.Length > 0 && SettingName.Find(name) is { } known && !IsFor(known))
        {
            _warnings.Add($"{name} is set, but means nothing to this program.");
        }

        Add(name, value, "the environment");
    }

    private void AddDocument(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _problems.Add(
                $"{path}: one JSON object is expected, with the settings as its members."
            );
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                _problems.Add($"{member.Name}: set twice in {path}.");
            }
            else if (ToText(member.Value) is { } text)
            {
                Add(member.Name, text, path);
            }
            else
            {
                _problems.Add(
                    $"{member.Name}: a text, a number, true, false or a list of texts is expected."
                );
            }
        }
    }

    private void Add(string name, string value, string origin)
    {
        var known = SettingName.Find(name);
        if (known is null)
        {
            _problems.Add($"{name}: there is no setting of this name (from {origin}).");
        }
        else if (IsFor(known))
        {
            _values[name] = value.Trim();
        }
    }

    private bool IsFor(SettingName known) => (known.Readers & reader) != Executables.None;

    private static string? ToText(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "1",
            JsonValueKind.False => "0",
            JsonValueKind.Null => "",
            JsonValueKind.Array => ToList(value),
            JsonValueKind.Undefined or JsonValueKind.Object => null,
            _ => null,
        };

    private static string? ToList(JsonElement array)
    {
        var parts = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            parts.Add(item.GetString()!);
        }

        return string.Join(',', parts);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}
