using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing.Network;

namespace Edge.Testing.Downlinks;

/// <summary>A viewer's own end: a peer that plays, with a screen for each section.</summary>
public sealed class ViewerEnd : ISimulatedEndpoint, IDisposable
{
    private readonly Peer _peer;

    /// <summary>Wraps a peer, which it owns.</summary>
    public ViewerEnd(Peer peer)
    {
        _peer = peer;
        SoundCounts = new long[peer.Receiver.SectionCount];
        Screens = new Screen[peer.Receiver.SectionCount];
        for (var section = 0; section < Screens.Length; section++)
        {
            Screens[section] = new Screen();
        }
    }

    /// <summary>What is seen, by section.</summary>
    public Screen[] Screens { get; }

    /// <summary>When it connected.</summary>
    public Instant ConnectedAt { get; private set; } = Instant.Never;

    /// <summary>Payload bytes that came, of media only.</summary>
    public long Bytes { get; private set; }

    /// <summary>Times from making to arrival of sound.</summary>
    public List<TimeSpan> SoundAges { get; } = [];

    /// <summary>Packets of sound that came, by section.</summary>
    public long[] SoundCounts { get; }

    /// <summary>Forgets what was counted so far, but not what is shown.</summary>
    public void Reset()
    {
        SoundAges.Clear();
        Array.Clear(SoundCounts);
        foreach (var screen in Screens)
        {
            screen.Reset();
        }
    }

    /// <inheritdoc/>
    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        if (_peer.HandleDatagram(source, datagram, now, out var media) == PeerInputKind.Rtp)
        {
            Take(
                media,
                datagram.Slice(media.Offset + media.HeaderLength, media.PayloadLength),
                now
            );
        }

        Drain(now);
    }

    /// <inheritdoc/>
    public void HandleTimeout(Instant now)
    {
        _peer.HandleTimeout(now);
        Drain(now);
    }

    /// <inheritdoc/>
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta) =>
        _peer.PollTransmit(destination, now, out meta);

    /// <inheritdoc/>
    public Instant PollTimeout() => _peer.PollTimeout();

    /// <inheritdoc/>
    public void Dispose() => _peer.Dispose();

    private void Take(in ReceivedMedia media, ReadOnlySpan<byte> payload, Instant now)
    {
        Bytes += payload.Length;
        if (!PictureStamp.TryReadEnd(payload, out var stamp))
        {
            return;
        }

        if (stamp.Layer == PictureStamp.Sound)
        {
            SoundAges.Add(now - stamp.MadeAt);
            SoundCounts[media.Section]++;
        }
        else
        {
            var screen = Screens[media.Section];
            screen.Take(stamp, media.ExtendedSequence, now);
            if (screen.IsStuck(now))
            {
                _peer.Receiver.RequestKeyFrame(media.Section, media.Layer, now);
            }
        }
    }

    private void Drain(Instant now)
    {
        while (_peer.PollEvent(out var occurred))
        {
            if (occurred.Kind == PeerEventKind.Connected)
            {
                ConnectedAt = now;
            }
        }

        while (_peer.Receiver.PollEvent(out var received))
        {
            if (received.Kind == ReceiverEventKind.KeyFrameNeeded)
            {
                _peer.Receiver.RequestKeyFrame(received.Section, received.Layer, now);
            }
        }

        while (_peer.Sender.PollFeedback(out _))
        {
            // It sends nothing that could be asked for.
        }
    }
}
