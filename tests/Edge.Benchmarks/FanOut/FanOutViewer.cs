using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Benchmarks.FanOut;

/// <summary>A connected viewer of the pictures that <see cref="FanOutBenchmarks"/> forwards.</summary>
internal sealed class FanOutViewer
{
    /// <summary>Behind the sound.</summary>
    public const int Stream = 1;

    private readonly ServedViewer _served;

    public FanOutViewer(ServedViewer served, WaitingRoom room)
    {
        _served = served;
        Peer = served.Peer;
        Subscription = served.Subscriptions[Stream];
        Subscription.Owner = this;
        Downlink = new(Peer.Sender.Bandwidth!, room);
        Downlink.Add(Subscription, isSound: false);
    }

    public Peer Peer { get; }

    public Subscription Subscription { get; }

    public Downlink Downlink { get; }

    /// <summary>Packets written for it.</summary>
    public long Copies { get; private set; }

    /// <summary>The number of the last of them.</summary>
    public SequenceNumber Latest { get; private set; }

    public void NoteWritten(SequenceNumber number)
    {
        Copies++;
        Latest = number;
    }

    /// <summary>Lets the client show that it is there.</summary>
    public void Keep(Instant now)
    {
        _served.Keep(now);
        Downlink.HandleTimeout(now);
    }

    public void Leave()
    {
        _served.Leave();
        Peer.Dispose();
    }
}
