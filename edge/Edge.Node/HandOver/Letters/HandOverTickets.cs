using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Edge.Node.HandOver.Letters;

/// <summary>The tickets that this node gave to others: a letter is taken only with one, and each group once.</summary>
/// <remarks>Bounded: <see cref="TicketsMax"/>, of a node <see cref="TicketsOfNodeMax"/>, the oldest is forgotten;
/// <see cref="GroupsMax"/> groups by a ticket. Threads: any.</remarks>
/// <param name="time">The clock of tickets.</param>
/// <param name="life">The number of this run of the node, with which its tickets begin.</param>
internal sealed class HandOverTickets(TimeProvider time, ulong life)
{
    /// <summary>Bytes of a ticket.</summary>
    public const int TicketBytes = 16;

    /// <summary>Groups taken by one ticket. Chosen: a full node, 32 sessions a group.</summary>
    public const int GroupsMax = 2048;

    /// <summary>Tickets of one node. Chosen: who drains asks once, and again when something went wrong.</summary>
    public const int TicketsOfNodeMax = 8;

    /// <summary>All tickets. Chosen: every node of a PoP drains at once, twice.</summary>
    public const int TicketsMax = 256;

    /// <summary>How long a ticket holds. Chosen: many times what a full node takes to be handed over, and no longer than a
    /// client waits for media.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Ticket> _tickets = []; // The oldest first.

    /// <summary>How many there are; for tests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _tickets.Count;
            }
        }
    }

    /// <summary>Gives a ticket to a node.</summary>
    public UInt128 Issue(ushort node)
    {
        Span<byte> bytes = stackalloc byte[TicketBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, life);
        RandomNumberGenerator.Fill(bytes[sizeof(ulong)..]);
        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        lock (_lock)
        {
            _tickets.RemoveAll(IsForgotten);
            if (_tickets.Count(ticket => ticket.Node == node) >= TicketsOfNodeMax)
            {
                _tickets.RemoveAt(_tickets.FindIndex(ticket => ticket.Node == node));
            }
            else if (_tickets.Count >= TicketsMax)
            {
                _tickets.RemoveAt(0);
            }

            _tickets.Add(new(number, node, time.GetTimestamp()));
        }

        return number;
    }

    /// <summary>Uses a ticket for a group.</summary>
    public TicketUse Use(ushort node, UInt128 number, UInt128 group)
    {
        lock (_lock)
        {
            var ticket = _tickets.Find(each => each.Number == number && each.Node == node);
            if (ticket is null)
            {
                return (ulong)(number >> 64) == life ? TicketUse.Forgotten : TicketUse.Unknown;
            }

            if (ticket.Groups.Contains(group))
            {
                return TicketUse.Repeated;
            }

            return !IsOver(ticket) && ticket.Groups.Count < GroupsMax && ticket.Groups.Add(group)
                ? TicketUse.Good
                : TicketUse.Over;
        }
    }

    /// <summary>What is being taken by it has come to an end, too.</summary>
    private bool IsForgotten(Ticket ticket) => time.GetElapsedTime(ticket.IssuedAt) >= 2 * ValidFor;

    private bool IsOver(Ticket ticket) => time.GetElapsedTime(ticket.IssuedAt) >= ValidFor;

    private sealed record Ticket(UInt128 Number, ushort Node, long IssuedAt)
    {
        public HashSet<UInt128> Groups { get; } = [];
    }
}
