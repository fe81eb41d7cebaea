using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Somebody who answers nothing: what goes to its address is delivered, and can be seen.</summary>
internal sealed class SilentEndpoint : ISimulatedEndpoint
{
    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        // It has nothing to do with any of it.
    }

    public void HandleTimeout(Instant now)
    {
        // It waits for nothing.
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = default;
        return 0;
    }

    public Instant PollTimeout() => Instant.Never;
}
