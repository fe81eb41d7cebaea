namespace Edge.Forwarding.Tracks;

/// <summary>Takes what subscriptions send. Implemented by structs, so that the call is inlined.</summary>
public interface IForwardSink
{
    /// <summary>Sends one packet to one viewer. Must not attach or detach subscriptions.</summary>
    void Send(Subscription subscription, in ForwardedPacket packet);
}
