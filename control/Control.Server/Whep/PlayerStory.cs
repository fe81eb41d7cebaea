using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Control.Contract;

namespace Control.Server.Whep;

/// <summary>What one stream of events has told of a player, and what is new in a report of it.</summary>
internal sealed class PlayerStory(ImmutableArray<string> kinds)
{
    /// <summary>A bitrate that changed by less is not told again. Chosen: encoders vary by as much.</summary>
    private const double RateChange = 1.25;

    private bool _isActive;
    private string _layers = "";
    private Dictionary<string, long> _rates = [];

    /// <summary>The events that a report is news of, as they go over the wire; empty for none.</summary>
    public string Continue(SessionReport report)
    {
        var news = new StringBuilder();
        if (report.IsActive != _isActive)
        {
            _isActive = report.IsActive;
            Add(news, _isActive ? EventKinds.Active : EventKinds.Inactive, "{}");
        }

        if (HasOtherLayers(report))
        {
            Add(news, EventKinds.Layers, Write(report));
        }

        return news.ToString();
    }

    private void Add(StringBuilder news, string kind, string data)
    {
        if (kinds.Contains(kind, StringComparer.Ordinal))
        {
            news.Append("event: ").Append(kind).Append("\ndata: ").Append(data).Append("\n\n");
        }
    }

    private bool HasOtherLayers(SessionReport report)
    {
        var rates = new Dictionary<string, long>(StringComparer.Ordinal);
        var layers = new StringBuilder();
        foreach (var track in report.Tracks)
        {
            foreach (var layer in track.Layers ?? [])
            {
                var name = $"{track.Mid} {layer.Rid} {layer.Width}x{layer.Height}";
                layers.Append(name).Append(layer.BitsPerSecond > 0 ? " on\n" : " off\n");
                rates[name] = layer.BitsPerSecond;
            }
        }

        var isOther =
            !string.Equals(layers.ToString(), _layers, StringComparison.Ordinal)
            || rates.Any(rate => IsOther(rate.Value, _rates.GetValueOrDefault(rate.Key)));
        if (isOther)
        {
            _layers = layers.ToString();
            _rates = rates;
        }

        return isOther;
    }

    private static bool IsOther(long rate, long before) =>
        rate > before * RateChange || rate * RateChange < before;

    private static string Write(SessionReport report)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            for (var index = 0; index < report.Tracks.Length; index++)
            {
                if (report.Tracks[index].Layers is { } layers)
                {
                    json.WriteStartArray($"{index}");
                    WriteAll(json, layers);
                    json.WriteEndArray();
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteAll(Utf8JsonWriter json, ImmutableArray<LayerReport> layers)
    {
        foreach (var layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("rid", layer.Rid);
            json.WriteNumber("bitrate", layer.BitsPerSecond);
            if (layer.Width > 0)
            {
                json.WriteNumber("width", layer.Width);
                json.WriteNumber("height", layer.Height);
            }

            json.WriteEndObject();
        }
    }
}
