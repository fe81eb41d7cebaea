using Anycast.Takeover.Letters;
using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>What the sessions of a node have in common.</summary>
internal sealed class Surroundings(
    VoterId self,
    TakeoverOptions options,
    ISafetyRules rules,
    Prng random
)
{
    private readonly SortedDictionary<ushort, Outbox> _outboxes = [];
    private uint _serial;

    /// <summary>What was counted.</summary>
    public TakeoverStats Stats;

    /// <summary>This process; no seat.</summary>
    public VoterId Self { get; } = self;

    /// <summary>How.</summary>
    public TakeoverOptions Options { get; } = options;

    /// <summary>What this process does for sessions now.</summary>
    public PeerRole Role { get; set; } = options.Role;

    /// <summary>What safety rests on.</summary>
    public ISafetyRules Rules { get; } = rules;

    /// <summary>The other processes.</summary>
    public Roster Roster { get; } = new(self.Node, self.Life);

    /// <summary>What is to be done, and when.</summary>
    public Agenda Agenda { get; } = new();

    /// <summary>What happened.</summary>
    public Queue<TakeoverEvent> Events { get; } = new();

    /// <summary>What waits for each peer.</summary>
    public IReadOnlyDictionary<ushort, Outbox> Outboxes => _outboxes;

    /// <summary>A seat that this process has never given out.</summary>
    public VoterId NewSeat() => Self with { Serial = ++_serial };

    /// <summary>A part of a duration, so that two who wait do not wait alike.</summary>
    public TimeSpan PartOf(TimeSpan duration) => duration * random.NextDouble();

    /// <summary>What waits for a node.</summary>
    public Outbox To(ushort node)
    {
        if (!_outboxes.TryGetValue(node, out var outbox))
        {
            outbox = new Outbox(node, Options.OutboxBytesMax);
            _outboxes[node] = outbox;
        }

        return outbox;
    }

    /// <summary>Says a message without a body.</summary>
    public void Say(Replica replica, VoterId to, MessageKind kind, long epoch, long number) =>
        To(to.Node).Say(new MessageHeader(kind, replica.Key, to, replica.Seat, epoch, number));

    /// <summary>Refuses a message.</summary>
    public void Refuse(in MessageHeader message, RefusalReason reason, long promised) =>
        Refuse(
            new MessageHeader(
                MessageKind.Refusal,
                message.Session,
                message.From,
                message.To,
                promised,
                message.Number
            ),
            reason
        );

    /// <summary>Refuses beforehand whatever a voter may say to this seat, as it is given up.</summary>
    public void SayNoSeat(Replica replica, VoterId to) =>
        Refuse(
            new MessageHeader(
                MessageKind.Refusal,
                replica.Key,
                to,
                replica.Seat,
                replica.Promised,
                Number: 0
            ),
            RefusalReason.NoSeat
        );

    private void Refuse(in MessageHeader refusal, RefusalReason reason)
    {
        var outbox = To(refusal.To.Node);
        outbox.Begin();
        outbox.Byte((byte)reason);
        outbox.End(refusal);
    }
}
