using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>A sans-IO core, or several behind one address, as a <see cref="Simulation"/> drives it.</summary>
public interface ISimulatedEndpoint
{
    /// <summary>Takes a datagram that arrived; the bytes may be changed in place and are gone after the call.</summary>
    void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now);

    /// <summary>Called when <see cref="PollTimeout"/> is due.</summary>
    void HandleTimeout(Instant now);

    /// <summary>Writes the next datagram to send; 0 when there is none.</summary>
    int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta);

    /// <summary>When <see cref="HandleTimeout"/> wants to be called.</summary>
    Instant PollTimeout();

    /// <summary>Why the deadline stands: named in the failure when an endpoint never comes to rest.</summary>
    string DescribeTimeout() => "(the endpoint does not say which timer)";
}
