using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Control.Contract;

namespace Control.Server.Whep;

/// <summary>The data of the event "layers": what there is to choose among, for each section.</summary>
/// <remarks>
/// Shape: an object with a list for the index of each section with a choice; an encoding that has layers within it
/// is there once for each pair of them, else once. Bits a second, 0 while an encoding is not sent; sizes in pixels, left
/// out while not known.
/// Source: webrtc-http-egress-events, layers event, whose "heigth" is a misspelling: its examples have "height".
/// </remarks>
internal sealed record LayersEvent(ImmutableArray<LayersEvent.Layer> Layers)
{
    /// <summary>A bitrate that changed by less is not told again. Chosen: encoders vary by as much.</summary>
    private const double RateChange = 1.25;

    /// <summary>Collects what a report says of layers.</summary>
    public static LayersEvent Of(SessionReport report)
    {
        var layers = ImmutableArray.CreateBuilder<Layer>();
        for (var index = 0; index < report.Tracks.Length; index++)
        {
            var track = report.Tracks[index];
            foreach (var encoding in track.Layers ?? [])
            {
                Add(layers, track.LineIndex ?? index, encoding);
            }
        }

        return new LayersEvent(layers.ToImmutable());
    }

    /// <summary>Whether it is worth telling after another one: layers came or went, or a rate is another.</summary>
    public bool IsNewsAfter(LayersEvent other)
    {
        if (Layers.Length != other.Layers.Length)
        {
            return true;
        }

        for (var index = 0; index < Layers.Length; index++)
        {
            var layer = Layers[index];
            var before = other.Layers[index];
            if (
                layer with { BitsPerSecond = before.BitsPerSecond } != before
                || layer.BitsPerSecond > before.BitsPerSecond * RateChange
                || layer.BitsPerSecond * RateChange < before.BitsPerSecond
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes it as JSON, without a line end.</summary>
    public string Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var section in Layers.GroupBy(layer => layer.Section))
            {
                json.WriteStartArray($"{section.Key}");
                foreach (var layer in section)
                {
                    Write(json, layer);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Add(ImmutableArray<Layer>.Builder layers, int section, LayerReport encoding)
    {
        var rid = encoding.Rid.Length == 0 ? null : encoding.Rid;
        foreach (var inner in encoding.Inner ?? [])
        {
            layers.Add(
                new Layer(section, rid, inner.SpatialId, inner.TemporalId)
                {
                    BitsPerSecond = inner.BitsPerSecond,
                    Width = inner.Width,
                    Height = inner.Height,
                }
            );
        }

        if (encoding.Inner is null && rid is not null)
        {
            layers.Add(
                new Layer(section, rid, SpatialId: null, TemporalId: null)
                {
                    BitsPerSecond = encoding.BitsPerSecond,
                    Width = encoding.Width,
                    Height = encoding.Height,
                }
            );
        }
    }

    private static void Write(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        if (layer.Rid is { } rid)
        {
            json.WriteString("rid", rid);
        }

        if (layer is { SpatialId: { } spatial, TemporalId: { } temporal })
        {
            json.WriteNumber("spatialLayerId", spatial);
            json.WriteNumber("temporalLayerId", temporal);
        }

        json.WriteNumber("bitrate", layer.BitsPerSecond);
        if (layer.Width > 0)
        {
            json.WriteNumber("width", layer.Width);
            json.WriteNumber("height", layer.Height);
        }

        json.WriteEndObject();
    }

    /// <summary>One entry.</summary>
    internal sealed record Layer(int Section, string? Rid, int? SpatialId, int? TemporalId)
    {
        /// <summary>What it takes, with what it builds on.</summary>
        public long BitsPerSecond { get; init; }

        /// <summary>In pixels; 0 while not known.</summary>
        public int Width { get; init; }

        /// <summary>In pixels; 0 while not known.</summary>
        public int Height { get; init; }
    }
}
