using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>A seeded network without sockets: datagrams in, the same datagrams out later, or not.</summary>
/// <remarks>
/// Sans-IO itself: <see cref="Send"/>, <see cref="PollDeliver"/>, <see cref="PollTimeout"/>. Each
/// directed pair of addresses is a link with its own conditions and its own random stream, made from
/// the seed and the two addresses, so that one link's traffic never changes another's luck.
/// Bounded: <see cref="InFlightMax"/> datagrams, then it throws.
/// </remarks>
public sealed class VirtualNetwork(ulong seed, LinkConditions? conditions = null)
{
    /// <summary>Chosen: two seconds of 100 Gbit/s; only a loop sends more.</summary>
    public const int InFlightMax = 1_000_000;

    private readonly Dictionary<(NetworkAddress From, NetworkAddress To), VirtualLink> _links = [];
    private readonly HashSet<NetworkAddress> _isolated = [];
    private readonly PriorityQueue<VirtualFlight, (Instant At, long Order)> _flights = new();
    private long _order;

    /// <summary>What became of the datagrams so far.</summary>
    public VirtualNetworkStats Stats { get; } = new();

    /// <summary>What a link does until told otherwise; a change applies to links not yet used.</summary>
    public LinkConditions DefaultConditions { get; set; } = conditions ?? LinkConditions.Perfect;

    /// <summary>Datagrams on their way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Sets what happens from one address to another; datagrams on their way stay as they are.</summary>
    public void SetLink(
        in NetworkAddress from,
        in NetworkAddress to,
        LinkConditions linkConditions
    ) => Link(from, to).Conditions = linkConditions;

    /// <summary>What happens from one address to another.</summary>
    public LinkConditions Conditions(in NetworkAddress from, in NetworkAddress to) =>
        Link(from, to).Conditions;

    /// <summary>How long a datagram sent now would wait before a limited link.</summary>
    public TimeSpan QueueOf(in NetworkAddress from, in NetworkAddress to, Instant now) =>
        Link(from, to).Queue(now);

    /// <summary>Sets both directions between two addresses.</summary>
    public void SetBothWays(
        in NetworkAddress left,
        in NetworkAddress right,
        LinkConditions linkConditions
    )
    {
        SetLink(left, right, linkConditions);
        SetLink(right, left, linkConditions);
    }

    /// <summary>Cuts one direction: what is sent or arrives meanwhile is lost.</summary>
    public void Cut(in NetworkAddress from, in NetworkAddress to) => Link(from, to).IsCut = true;

    /// <summary>Joins one direction again.</summary>
    public void Join(in NetworkAddress from, in NetworkAddress to) => Link(from, to).IsCut = false;

    /// <summary>Cuts both directions between every address of one side and every one of the other.</summary>
    public void Partition(ReadOnlySpan<NetworkAddress> left, ReadOnlySpan<NetworkAddress> right) =>
        SetCut(left, right, isCut: true);

    /// <summary>Ends a <see cref="Partition"/>.</summary>
    public void Heal(ReadOnlySpan<NetworkAddress> left, ReadOnlySpan<NetworkAddress> right) =>
        SetCut(left, right, isCut: false);

    /// <summary>Cuts an address off from all others, those not yet seen included.</summary>
    public void Isolate(in NetworkAddress address) => _isolated.Add(address);

    /// <summary>Ends <see cref="Isolate"/>.</summary>
    public void Rejoin(in NetworkAddress address) => _isolated.Remove(address);

    /// <summary>Holds everything of one direction, without losing it, until an instant; it then arrives
    /// at once and in order. A clog can be made longer, not shorter.</summary>
    public void Clog(in NetworkAddress from, in NetworkAddress to, Instant until) =>
        Link(from, to).ClogUntil = until;

    /// <summary>Gives a datagram to the network, which copies it.</summary>
    public void Send(
        in NetworkAddress from,
        in NetworkAddress to,
        ReadOnlySpan<byte> bytes,
        Instant now
    )
    {
        var headerBytes = to.IsIPv4
            ? LinkConditions.HeaderBytesIPv4
            : LinkConditions.HeaderBytesIPv6;
        SendSized(from, to, bytes, bytes.Length + headerBytes, now);
    }

    /// <summary>The same for a whole IP packet: its headers are among the bytes.</summary>
    public void SendPacket(
        in NetworkAddress from,
        in NetworkAddress to,
        ReadOnlySpan<byte> packet,
        Instant now
    ) => SendSized(from, to, packet, packet.Length, now);

    /// <summary>Lets a datagram arrive at an instant whatever the link is like: a replay, or an attacker
    /// who writes any source address.</summary>
    public void Inject(
        in NetworkAddress from,
        in NetworkAddress to,
        ReadOnlySpan<byte> bytes,
        Instant arrival
    )
    {
        Stats.Sent++;
        Enqueue(new(Link(from, to), new VirtualDatagram(from, to, bytes.ToArray())), arrival);
    }

    /// <summary>Takes the next datagram that has arrived by now; false when there is none.</summary>
    public bool PollDeliver(Instant now, out VirtualDatagram datagram)
    {
        while (TryPeek(out var flight, out var at) && at <= now)
        {
            _flights.Dequeue();
            datagram = flight.Datagram;
            flight.Link.Held.Remove(flight);
            InFlight--;
            if (IsCut(flight.Link, datagram.From, datagram.To))
            {
                Stats.Partitioned++;
                continue;
            }

            Stats.Delivered++;
            return true;
        }

        datagram = default;
        return false;
    }

    /// <summary>When the next datagram arrives.</summary>
    public Instant PollTimeout() => TryPeek(out _, out var at) ? at : Instant.Never;

    /// <summary>Gives an address's conditions to another one: what a NAT that forgot its binding does.
    /// Datagrams on their way to the old address stay addressed to it.</summary>
    public void Move(in NetworkAddress from, in NetworkAddress to)
    {
        foreach (var (ends, link) in _links.ToArray())
        {
            if (ends.From == from)
            {
                SetLink(to, ends.To, link.Conditions);
            }
            else if (ends.To == from)
            {
                SetLink(ends.From, to, link.Conditions);
            }
        }
    }

    private void SendSized(
        in NetworkAddress from,
        in NetworkAddress to,
        ReadOnlySpan<byte> bytes,
        int ipBytes,
        Instant now
    )
    {
        Stats.Sent++;
        var link = Link(from, to);
        if (IsCut(link, from, to))
        {
            Stats.Partitioned++;
            return;
        }

        switch (link.Plan(ipBytes, now, out var arrival))
        {
            case VirtualLink.Fate.Lost:
                Stats.Lost++;
                return;
            case VirtualLink.Fate.DroppedByMtu:
                Stats.DroppedByMtu++;
                return;
            case VirtualLink.Fate.DroppedByQueue:
                Stats.DroppedByQueue++;
                return;
            case VirtualLink.Fate.Arrives:
                Launch(link, new VirtualDatagram(from, to, bytes.ToArray()), arrival);
                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void SetCut(
        ReadOnlySpan<NetworkAddress> left,
        ReadOnlySpan<NetworkAddress> right,
        bool isCut
    )
    {
        foreach (var one in left)
        {
            foreach (var other in right)
            {
                Link(one, other).IsCut = isCut;
                Link(other, one).IsCut = isCut;
            }
        }
    }

    private bool IsCut(VirtualLink link, in NetworkAddress from, in NetworkAddress to) =>
        link.IsCut || _isolated.Contains(from) || _isolated.Contains(to);

    private void Launch(VirtualLink link, in VirtualDatagram datagram, Instant arrival)
    {
        var flight = new VirtualFlight(link, datagram);
        if (link.DrawReorder())
        {
            Stats.Reordered++;
            flight.OvertakersLeft = Math.Max(1, link.Conditions.ReorderGap);
            Enqueue(flight, arrival + link.Conditions.ReorderHoldMax);
            link.Held.Add(flight);
            return;
        }

        Enqueue(flight, arrival);
        if (link.DrawDuplicate())
        {
            Stats.Duplicated++;
            Enqueue(new(link, datagram with { Bytes = [.. datagram.Bytes] }), arrival);
        }

        ReleaseOvertaken(link, arrival);
    }

    /// <summary>A packet passed the held ones; those that were passed often enough arrive right after it.</summary>
    private void ReleaseOvertaken(VirtualLink link, Instant arrival)
    {
        foreach (var held in link.Held.ToArray())
        {
            held.OvertakersLeft--;
            if (held.OvertakersLeft == 0)
            {
                held.IsRequeued = true;
                link.Held.Remove(held);
                InFlight--;
                Enqueue(new(link, held.Datagram), arrival);
            }
        }
    }

    private void Enqueue(VirtualFlight flight, Instant arrival)
    {
        if (InFlight >= InFlightMax)
        {
            throw new TestingException(
                $"{InFlightMax} datagrams are on their way; the last is from {flight.Datagram.From} to {flight.Datagram.To}."
            );
        }

        InFlight++;
        _flights.Enqueue(flight, (arrival, _order++));
    }

    /// <summary>Finds the next arrival, moving what is clogged to the end of its clog.</summary>
    private bool TryPeek([NotNullWhen(true)] out VirtualFlight? flight, out Instant at)
    {
        while (_flights.TryPeek(out flight, out var priority))
        {
            at = priority.At;
            if (!flight.IsRequeued && flight.Link.ClogUntil <= at)
            {
                return true;
            }

            _flights.Dequeue();
            if (!flight.IsRequeued)
            {
                _flights.Enqueue(flight, (flight.Link.ClogUntil, priority.Order));
            }
        }

        at = Instant.Never;
        return false;
    }

    private VirtualLink Link(in NetworkAddress from, in NetworkAddress to)
    {
        if (!_links.TryGetValue((from, to), out var link))
        {
            link = new(StreamOf(from, to), DefaultConditions);
            _links.Add((from, to), link);
        }

        return link;
    }

    /// <summary>The random stream of a link: the seed, mixed with both ends by FNV-1a.</summary>
    private Prng StreamOf(in NetworkAddress from, in NetworkAddress to)
    {
        Span<byte> ends = stackalloc byte[36];
        from.WriteIPv6(ends);
        BinaryPrimitives.WriteUInt16BigEndian(ends[16..], from.Port);
        to.WriteIPv6(ends[18..]);
        BinaryPrimitives.WriteUInt16BigEndian(ends[34..], to.Port);
        var hash = new TraceHash();
        hash.Add(seed);
        hash.Add(ends);
        return Prng.FromNumber(hash.Value);
    }
}
