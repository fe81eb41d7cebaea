using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Transport.Sending;

/// <summary>Numbers what leaves for a peer, over all its streams, and hears what became of it.</summary>
/// <remarks>
/// A stream that carries no transport-wide number takes none while others do: the peer would report it as
/// lost. Where no stream carries one, all are counted, because their rate still says how much is sent.
/// Made with the first stream, so that a publisher's side costs nothing.
/// </remarks>
internal sealed partial class SentNumbers
{
    /// <summary>What a peer that reports no arrivals is believed to carry until it reports losses. Chosen:
    /// a camera of full quality and more; such a peer is a player of one stream.</summary>
    private static readonly Bitrate SilentStart = Bitrate.FromKilobits(4000);

    private bool _areWritten;

    /// <summary>Begins at number 0.</summary>
    /// <param name="first">The first section that is sent.</param>
    public SentNumbers(MediaAgreement first)
    {
        Expect(first);
        var options = new SendBandwidthOptions();
        Bandwidth = new SendBandwidth(
            _areWritten || first.Codec.HasRemb ? options : options with { Start = SilentStart }
        );
    }

    /// <summary>Another section is sent.</summary>
    public void Expect(MediaAgreement media) =>
        _areWritten |= media.Codec.HasTransportCc && media.Extensions.TransportSequence != 0;

    /// <summary>What the network carries.</summary>
    public SendBandwidth Bandwidth { get; }

    /// <summary>The number of the next packet.</summary>
    public ushort Next { get; private set; }

    /// <summary>The probe that packets are part of from now on; 0 for none.</summary>
    public ushort ProbeCluster { get; set; }

    /// <summary>A packet leaves, under <see cref="Next"/> if its stream carries numbers.</summary>
    [HotPath]
    public void HandleSent(SendStream stream, SentPacketKind kind, int bytes, Instant now)
    {
        if (_areWritten && stream.Media.Extensions.TransportSequence == 0)
        {
            return;
        }

        Bandwidth.HandleSent(
            new SequenceNumber(Next),
            new SentPacket(bytes, kind, ProbeCluster),
            now
        );
        Next++;
    }

    /// <summary>The peer says what arrived.</summary>
    [HotPath]
    public void HandleFeedback(TransportFeedback feedback, Instant now)
    {
        if (_areWritten)
        {
            Bandwidth.HandleFeedback(feedback, now);
        }
    }
}
