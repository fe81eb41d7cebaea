using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>The last link on the way to a client: of one rate, with a queue before it.</summary>
/// <remarks>What would wait longer than <see cref="QueueMax"/> is lost.</remarks>
public sealed class LimitedPath(Bitrate rate)
{
    /// <summary>Longest wait. Chosen: a home router's buffer.</summary>
    public static readonly TimeSpan QueueMax = TimeSpan.FromMilliseconds(300);

    private readonly Queue<(Instant At, NetworkAddress Source, byte[] Datagram)> _waiting = new();
    private Instant _freeAt = Instant.Zero;

    /// <summary>Datagrams lost because the queue was full.</summary>
    public int LostCount { get; private set; }

    /// <summary>A datagram arrives before the link.</summary>
    public void Take(in NetworkAddress source, ReadOnlySpan<byte> datagram, Instant now)
    {
        var begins = Instant.Max(_freeAt, now);
        if (begins - now > QueueMax)
        {
            LostCount++;
            return;
        }

        _freeAt = begins + TimeSpan.FromSeconds(datagram.Length * 8.0 / rate.BitsPerSecond);
        _waiting.Enqueue((_freeAt, source, datagram.ToArray()));
    }

    /// <summary>Takes the next datagram that has come through.</summary>
    public bool TryGive(out NetworkAddress source, out byte[] datagram, Instant now)
    {
        if (!_waiting.TryPeek(out var next) || next.At > now)
        {
            source = default;
            datagram = [];
            return false;
        }

        (_, source, datagram) = _waiting.Dequeue();
        return true;
    }
}
