using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Node.Tests.Clusters;

/// <summary>An address at which nodes receive, and from which they send.</summary>
/// <param name="receive">Takes what comes.</param>
/// <param name="expire">Does what is due.</param>
/// <param name="next">When that is.</param>
internal sealed class ClusterPort(
    Action<NetworkAddress, byte[]> receive,
    Action expire,
    Func<Instant> next
) : ISimulatedEndpoint
{
    private readonly Queue<(NetworkAddress To, byte[] Bytes)> _outgoing = new();

    /// <summary>Has a datagram leave.</summary>
    public void Send(in NetworkAddress to, ReadOnlySpan<byte> datagram) =>
        _outgoing.Enqueue((to, datagram.ToArray()));

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now) =>
        receive(source, datagram.ToArray());

    public void HandleTimeout(Instant now) => expire();

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = default;
        if (!_outgoing.TryDequeue(out var datagram))
        {
            return 0;
        }

        meta = new TransmitMeta(datagram.To);
        datagram.Bytes.CopyTo(destination);
        return datagram.Bytes.Length;
    }

    public Instant PollTimeout() => next();
}
