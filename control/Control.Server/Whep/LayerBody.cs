using Control.Contract;
using Control.Server.Http.Json;

namespace Control.Server.Whep;

/// <summary>The body of a request for a layer.</summary>
/// <remarks>Source: WHEP's core extensions (webrtc-http-egress-events), layer selection.</remarks>
internal static class LayerBody
{
    private const int PixelsMax = 65_535; // What VP9 and AV1 can say of a side.
    private const int IdMax = 255;
    private const int LayersMax = 7;
    private const int DepthMax = 4;

    // Players send back a layer as it was told.
    private const string AsTold = "As the event \"layers\" has it; not looked at.";

    /// <summary>Of the first section with pictures, what the network carries.</summary>
    public static LayerChoice Automatic { get; } =
        new(MediaId: null, Rid: null, WidthMax: null, HeightMax: null);

    /// <summary>Its form.</summary>
    public static JsonShape.Object Shape { get; } =
        new(
            "LayerSelection",
            [
                new(
                    "mediaId",
                    Text(),
                    "The section: its mid, or its index; the first with pictures."
                ),
                new("rid", Text(), "The layer."),
                new("encodingId", Text(), "The rid, as drafts before had it; rid goes first."),
                new("maxWidth", Pixels(), "No wider layer."),
                new("maxHeight", Pixels(), "No higher layer."),
                new("spatialLayerId", Number(), "The spatial layer within the stream."),
                new("temporalLayerId", Number(), "The temporal layer within the stream."),
                new("maxSpatialLayerId", Number(), "No spatial layer above it."),
                new("maxTemporalLayerId", Number(), "No temporal layer above it."),
                new("bitrate", Any(), AsTold),
                new("targetBitrate", Any(), AsTold),
                new("width", Any(), AsTold),
                new("height", Any(), AsTold),
            ]
        )
        {
            // A misspelt layer would be none, and the answer that all is as wished.
            IsClosed = true,
        };

    /// <summary>Reads it; null with a sentence on why not.</summary>
    public static LayerChoice? Read(string text, out string? problem)
    {
        using var document = JsonText.Parse(text, Shape, DepthMax, out var wrong);
        problem = wrong?.Sentence;
        if (document is null)
        {
            return null;
        }

        var body = document.RootElement;
        return new LayerChoice(
            body.FindText("mediaId"),
            body.FindText("rid") ?? body.FindText("encodingId"),
            (int?)body.FindNumber("maxWidth"),
            (int?)body.FindNumber("maxHeight")
        )
        {
            SpatialId = (int?)body.FindNumber("spatialLayerId"),
            TemporalId = (int?)body.FindNumber("temporalLayerId"),
            SpatialIdMax = (int?)body.FindNumber("maxSpatialLayerId"),
            TemporalIdMax = (int?)body.FindNumber("maxTemporalLayerId"),
        };
    }

    private static JsonShape.Text Text() => new(1, IdMax);

    private static JsonShape.Number Number() => new(0, LayersMax);

    private static JsonShape.Number Any() => new(0, long.MaxValue);

    private static JsonShape.Number Pixels() => new(1, PixelsMax);
}
