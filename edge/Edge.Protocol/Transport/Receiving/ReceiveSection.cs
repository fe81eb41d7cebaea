using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>One negotiated m-section as it is received: a stream for each encoding.</summary>
internal sealed class ReceiveSection
{
    public ReceiveSection(MediaAgreement media)
    {
        Media = media;
        Layers = new ReceiveStream[Math.Max(1, media.Rids.Length)];
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            Layers[layer] = new ReceiveStream(media);
        }

        Claims = new LayerClaims(Layers.Length);
    }

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media { get; }

    /// <summary>The encodings, in the order of the rids.</summary>
    public ReceiveStream[] Layers { get; }

    /// <summary>What the publisher says of the encodings.</summary>
    public LayerClaims Claims { get; }
}
