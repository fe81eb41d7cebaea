using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>One negotiated m-section as it is received: a stream for each encoding.</summary>
internal sealed partial class ReceiveSection
{
    /// <summary>What stands where a section ended.</summary>
    public static readonly ReceiveSection Vacant = new();

    private readonly MediaAgreement? _media;

    public ReceiveSection(MediaAgreement media)
    {
        _media = media;
        Layers = new ReceiveStream[Math.Max(1, media.Rids.Length)];
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            Layers[layer] = new ReceiveStream(media);
        }

        WantsKeyFrame = new bool[Layers.Length];
        Claims = new LayerClaims(Layers.Length);
    }

    private ReceiveSection()
    {
        Layers = [];
        WantsKeyFrame = [];
        Claims = new LayerClaims(0);
    }

    /// <summary>Whether there is no section any more.</summary>
    public bool IsVacant => _media is null;

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media =>
        _media ?? throw new InvalidOperationException("The section has ended.");

    /// <summary>The encodings, in the order of the rids.</summary>
    public ReceiveStream[] Layers { get; }

    /// <summary>Which encodings a key frame is wanted of.</summary>
    public bool[] WantsKeyFrame { get; }

    /// <summary>What the publisher says of the encodings.</summary>
    public LayerClaims Claims { get; }
}
