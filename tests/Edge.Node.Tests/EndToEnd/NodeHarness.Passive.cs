using Control.Contract;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Edge.Wire.Payload;

namespace Edge.Node.Tests.EndToEnd;

/// <content>Publishers whose handshakes end with a flight of their own.</content>
internal sealed partial class NodeHarness
{
    /// <summary>Sound, and video of one format.</summary>
    public static OfferOptions AudioAnd(CodecKind video) =>
        new()
        {
            Tracks =
            [
                ClientFactory.AudioVideo[0],
                new OfferedTrack(MediaKind.Video, [new OfferedCodec(video)]),
            ],
        };

    /// <summary>Publishes as the server of DTLS, as FFmpeg 8.0 does: the handshake's last flight is the client's, and its media
    /// follows at once.</summary>
    public async Task<SocketClient> PublishPassiveAsync(
        StreamKey stream,
        SyntheticVideoOptions video
    )
    {
        var offer = _clients.OfferPublish(AudioAnd(video.Codec));
        var text = offer.Sdp.Replace("setup:actpass", "setup:passive", StringComparison.Ordinal);
        var result = await Node.PublishAsync(
            new SessionRequest(stream, text),
            CancellationToken.None
        );
        var created = Created(result);
        return Run(
            _clients.Connect(offer, created.AnswerSdp, Now, Audio(null), Video(video)),
            created.SessionId
        );
    }
}
