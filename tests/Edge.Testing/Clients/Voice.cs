using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Sending;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Extensions;

namespace Edge.Testing.Clients;

/// <summary>How loud a client's audio stream says it is (RFC 6464). Payloads say nothing: they may be encrypted.</summary>
public sealed class Voice
{
    /// <summary>The id that our offers have for the extension; it is the same in the answer.</summary>
    private const byte LevelId = 1;

    private readonly ClientStream _stream;

    /// <summary>Takes the first stream of a client that publishes audio first.</summary>
    public Voice(MediaClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _stream = client.Streams[0];
        var same = new HeaderExtensionMap { AudioLevel = LevelId };
        client.Peer.Sender.SetTranslation(0, new ExtensionTranslation(same, same));
        Say(AudioLevel.Silence);
    }

    /// <summary>Every packet from now on has this level, in -dBov.</summary>
    public void Say(byte level)
    {
        var packet = new byte[100];
        var writer = new RtpHeaderWriter(packet, false, new(111), new(1), 0, new(9));
        writer.AddExtension(LevelId, [level]);
        _stream.SourcePacket = packet[..writer.Complete()];
    }

    /// <summary>Nobody speaks from now on.</summary>
    public void Stop() => Say(AudioLevel.Silence);
}
