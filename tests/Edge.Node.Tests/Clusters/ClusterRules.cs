using System.Buffers.Binary;
using System.Globalization;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Wire.Rtp;

namespace Edge.Node.Tests.Clusters;

/// <summary>Looks at all that happens in a cluster, and fails with what led to it when a rule is broken.</summary>
internal sealed class ClusterRules(ClusterWorld world)
{
    /// <summary>A client that is not at rest for this long notices it. Chosen: a word of who has a session is lost, and said again
    /// in the round after the next.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    /// <summary>How long a check that somebody repeats from elsewhere leads media there at most: until the client's own next one
    /// (<c>Ice/NOTES.md</c>, "Replays"), which may be lost, or the one after that.</summary>
    private static readonly TimeSpan DiversionMax = TimeSpan.FromSeconds(15);

    private const int TraceMax = 60;

    private readonly Queue<string> _trace = new();
    private readonly Dictionary<string, ClusterNode> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Session, uint Ssrc), ushort> _numbers = [];
    private readonly Dictionary<(string Session, NetworkAddress To), long> _unproven = [];
    private readonly Dictionary<NetworkAddress, long> _got = [];
    private readonly Dictionary<NetworkAddress, Instant> _repeated = [];

    /// <summary>Who has a session; null when nobody has.</summary>
    public ClusterNode? HolderOf(string session) => _holders.GetValueOrDefault(session);

    /// <summary>Writes down what happens, for who has to find out.</summary>
    public void Note(string sentence)
    {
        _trace.Enqueue(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{world.Now.Ticks / (double)TimeSpan.TicksPerSecond:F3} {sentence}"
            )
        );
        if (_trace.Count > TraceMax)
        {
            _trace.Dequeue();
        }
    }

    /// <summary>A rule is broken.</summary>
    public TestingException Broken(ClusterRule rule, string sentence) =>
        new($"{rule} is broken at {world.Now}: {sentence}\n{world}\n{string.Join('\n', _trace)}");

    /// <summary>A node has a session from now on.</summary>
    public void NoteHolder(string session, ClusterNode node)
    {
        if (_holders.TryGetValue(session, out var other) && other != node)
        {
            throw Broken(ClusterRule.OneHolder, $"{session} is at {other} and at {node}.");
        }

        _holders[session] = node;
    }

    /// <summary>A node does not have a session any more.</summary>
    public void NoteReleased(string session, ClusterNode node)
    {
        if (_holders.TryGetValue(session, out var holder) && holder == node)
        {
            _holders.Remove(session);
        }
    }

    /// <summary>A node is over: nobody has its sessions.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<string> ReleaseAll(ClusterNode node)
    {
        var held = _holders.Where(held => held.Value == node).Select(held => held.Key).ToArray();
        foreach (var session in held)
        {
            _holders.Remove(session);
        }

        return held;
    }

    /// <summary>Something came from an address, or so it says.</summary>
    public void NoteCame(in NetworkAddress from, int bytes) =>
        _got[from] = _got.GetValueOrDefault(from) + bytes;

    /// <summary>Somebody repeats a client's check from an address of his choice.</summary>
    public void NoteRepeated(in NetworkAddress from) => _repeated[from] = world.Now;

    /// <summary>A node sends something for a session, or for none.</summary>
    public void NoteSent(
        ClusterNode node,
        ClusterClient? client,
        in NetworkAddress to,
        ReadOnlySpan<byte> datagram
    )
    {
        var session = client?.SessionId ?? "";
        if (client is not null && HolderOf(session) is { } holder && holder != node)
        {
            throw Broken(
                ClusterRule.OneHolder,
                $"{node} sends for {session}, which is at {holder}."
            );
        }

        var isDiverted =
            _repeated.TryGetValue(to, out var repeatedAt) && world.Now - repeatedAt < DiversionMax;
        if (client is null || !(client.WasAt(to) || isDiverted))
        {
            var sent = _unproven.GetValueOrDefault((session, to)) + datagram.Length;
            _unproven[(session, to)] = sent;
            if (sent > _got.GetValueOrDefault(to))
            {
                throw Broken(
                    ClusterRule.NoAmplification,
                    $"{node} sent {sent} bytes to {to} for {client}, from where {_got.GetValueOrDefault(to)} came; the last were {DatagramKinds.Classify(datagram)}."
                );
            }
        }

        if (DatagramKinds.Classify(datagram) == DatagramKind.Rtp)
        {
            NoteNumber(session, datagram);
        }
    }

    /// <summary>Something has more in it than it may.</summary>
    public void CheckBound(string what, int count, int max)
    {
        if (count > max)
        {
            throw Broken(ClusterRule.Bounded, $"There are {count} {what}, more than {max}.");
        }
    }

    private void NoteNumber(string session, ReadOnlySpan<byte> datagram)
    {
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);
        var number = RtpHeader.ReadSequenceNumber(datagram).Value;
        if (
            _numbers.TryGetValue((session, ssrc), out var last)
            && number != unchecked((ushort)(last + 1))
        )
        {
            throw Broken(
                ClusterRule.NumbersGoOn,
                $"After number {last} of {ssrc} of {session} comes {number}."
            );
        }

        _numbers[(session, ssrc)] = number;
    }
}
