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

    private static readonly string[] Inner =
    [
        "spatialLayerId",
        "temporalLayerId",
        "maxSpatialLayerId",
        "maxTemporalLayerId",
    ];

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
                new("maxWidth", Pixels(), "No wider layer."),
                new("maxHeight", Pixels(), "No higher layer."),
                .. Inner.Select(name => new JsonMember(
                    name,
                    new JsonShape.Number(0, LayersMax),
                    "A layer within a stream: refused."
                )),
            ]
        );

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
        foreach (var name in Inner)
        {
            if (body.FindNumber(name) is not null)
            {
                problem =
                    $"{name}: layers within a stream cannot be chosen here; choose one by rid, maxWidth or maxHeight.";
                return null;
            }
        }

        return new LayerChoice(
            body.FindText("mediaId"),
            body.FindText("rid"),
            (int?)body.FindNumber("maxWidth"),
            (int?)body.FindNumber("maxHeight")
        );
    }

    private static JsonShape.Text Text() => new(1, IdMax);

    private static JsonShape.Number Pixels() => new(1, PixelsMax);
}
