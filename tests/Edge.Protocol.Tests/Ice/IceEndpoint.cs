using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing.Network;

namespace Edge.Protocol.Tests.Ice;

/// <summary>An agent alone on an address of the simulated network.</summary>
internal sealed class IceEndpoint(IceMode mode, IceCredentials local, Prng random)
    : ISimulatedEndpoint
{
    public IceAgent Agent { get; } = new(mode, local, random, new IceOptions());

    public List<IceEvent> Events { get; } = [];

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        Agent.HandleDatagram(in source, datagram, now);
        TakeEvents();
    }

    public void HandleTimeout(Instant now)
    {
        Agent.HandleTimeout(now);
        TakeEvents();
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta) =>
        Agent.PollTransmit(destination, now, out meta);

    public Instant PollTimeout() => Agent.PollTimeout();

    public bool Had(IceEventKind kind) => Events.Exists(iceEvent => iceEvent.Kind == kind);

    private void TakeEvents()
    {
        while (Agent.PollEvent(out var iceEvent))
        {
            Events.Add(iceEvent);
        }
    }
}
