using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Testing.Tests.Network;

/// <summary>An endpoint for tests: sends what is queued, records what arrives, may echo and tick.</summary>
internal sealed class TestEndpoint : ISimulatedEndpoint
{
    private readonly Queue<(NetworkAddress To, byte[] Bytes)> _out = new();

    public List<(NetworkAddress From, byte[] Bytes, Instant At)> Received { get; } = [];

    public bool Echoes { get; init; }

    public Instant Deadline { get; set; } = Instant.Never;

    /// <summary>What the deadline becomes when it passed; Never by default.</summary>
    public Func<Instant, Instant> NextDeadline { get; init; } = _ => Instant.Never;

    public Action<Instant>? OnTimeout { get; init; }

    public void Queue(in NetworkAddress to, params byte[] bytes) => _out.Enqueue((to, bytes));

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        Received.Add((source, datagram.ToArray(), now));
        if (Echoes)
        {
            Queue(source, datagram.ToArray());
        }
    }

    public void HandleTimeout(Instant now)
    {
        Deadline = NextDeadline(now);
        OnTimeout?.Invoke(now);
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        meta = default;
        if (!_out.TryDequeue(out var datagram))
        {
            return 0;
        }

        meta = new(datagram.To);
        datagram.Bytes.CopyTo(destination);
        return datagram.Bytes.Length;
    }

    public Instant PollTimeout() => Deadline;

    public string DescribeTimeout() => "the test's timer";
}
