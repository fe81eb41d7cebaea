using Edge.Forwarding.Tracks;

namespace Edge.Forwarding.Downlinks;

/// <summary>Sends to one viewer what its downlink lets go. Implemented by structs, so that calls are
/// inlined.</summary>
public interface IDownlinkSink
{
    /// <summary>Sends a packet at once, and tells the downlink of it by
    /// <see cref="Downlink.HandleSent"/>.</summary>
    void Send(Subscription subscription, in ForwardedPacket packet);

    /// <summary>Sends something that the viewer does not need, about as long as a packet, and tells the downlink
    /// of it.</summary>
    /// <returns>Whether there was anything to send.</returns>
    bool SendProbe();
}
