using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Anycast.Steering;
using Edge.Bus;
using Edge.Mesh;
using Edge.Node.HandOver.Letters;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Desk;

/// <summary>Gives groups of sessions to other nodes of the PoP and takes theirs, as sealed letters over the PoP's bus.</summary>
/// <remarks>
/// Who leaves asks all others and is told how many sessions each would take, with a ticket; then a letter goes to one node and
/// is taken there once. Both sides prove by the PoP's secret who they are, in answers too, so that nobody else can have a group
/// given twice. Bounded: <see cref="LettersMax"/> at a time, each as long as the bus carries; further ones are answered as
/// busy. Nothing secret is kept: keys and opened groups are cleared. Threads: any.
/// </remarks>
internal sealed partial class HandOverDesk : IDisposable
{
    /// <summary>Letters that are taken at a time. Chosen: several nodes that drain at once, two letters each.</summary>
    public const int LettersMax = 16;

    /// <summary>How long a group may take to be taken. Chosen: longer than any that is well, and less than clients wait.</summary>
    private static readonly TimeSpan TakeWithin = TimeSpan.FromSeconds(10);

    private readonly IBus _bus;
    private readonly Func<ImmutableArray<PopMember>> _members;
    private readonly HandOverKeys _keys;
    private readonly NodeAddress _self;
    private readonly IHandOverTaker _taker;
    private readonly ILogger _logger;
    private readonly HandOverTickets _tickets;
    private readonly ulong _life;
    private readonly CancellationTokenSource _stopping = new();
    private IDisposable? _subscription;
    private int _taking;
    private long _junk;

    private HandOverDesk(
        SteeringOptions steering,
        HandOverKeys keys,
        NodeAddress self,
        IHandOverTaker taker,
        TimeProvider time,
        ILogger logger
    )
    {
        _bus = steering.Bus;
        _members = steering.Members;
        _keys = keys;
        _self = self;
        _taker = taker;
        _logger = logger;
        _life = BinaryPrimitives.ReadUInt64LittleEndian(
            RandomNumberGenerator.GetBytes(sizeof(ulong))
        );
        _tickets = new HandOverTickets(time, _life);
    }

    /// <summary>Bytes that a group may have.</summary>
    public int GroupBytesMax => _bus.PayloadBytesMax - HandOverLetter.OverheadBytes;

    /// <summary>The number of this node.</summary>
    public ushort Self => _self.Node;

    /// <summary>Where processes of this machine give it connections; 0: nowhere. Set before the start.</summary>
    public UInt128 Place { get; set; }

    /// <summary>Messages that were not of a node of this PoP, or not for this one; for tests and telemetry.</summary>
    public long Junk => Volatile.Read(ref _junk);

    /// <summary>The tickets that hold; for tests.</summary>
    internal HandOverTickets Tickets => _tickets;

    /// <summary>Makes the desk of a node that steers; it answers once started.</summary>
    /// <param name="options">The node's.</param>
    /// <param name="steering">How it reaches the others.</param>
    /// <param name="taker">Takes what others give.</param>
    /// <param name="time">The clock of tickets.</param>
    /// <param name="logger">Where events are logged.</param>
    public static HandOverDesk Create(
        MediaNodeOptions options,
        SteeringOptions steering,
        IHandOverTaker taker,
        TimeProvider time,
        ILogger logger
    ) =>
        new(
            steering,
            HandOverKeys.Of(options),
            new(OwnerCode.NumberOf(options.Pop), OwnerCode.NumberOf(options.Node)),
            taker,
            time,
            logger
        );

    /// <summary>Begins to answer.</summary>
    public void Start() => _subscription = _bus.Subscribe(HandOverSubject.Of(_self), Hear);

    /// <summary>Answers no more; what is being taken is cancelled.</summary>
    public void Dispose()
    {
        _subscription?.Dispose();
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Hear(BusMessage message)
    {
        if (message.ReplyTo is not { } replyTo || !BusSubject.IsSubject(replyTo))
        {
            CountJunk();
            return;
        }

        switch (HandOverHeader.ReadKind(message.Payload))
        {
            case HandOverKind.Ask:
                HearAsk(message.Payload, replyTo);
                break;
            case HandOverKind.Give:
                HearLetter(message.Payload, replyTo);
                break;
            case HandOverKind.Offer:
            case HandOverKind.Answer:
            case null:
            default:
                CountJunk();
                break;
        }
    }

    /// <summary>Whether a message is from another node of the PoP to this one.</summary>
    private bool IsForHere(HandOverRoute route) =>
        route.Pop == _self.Pop && route.To == _self.Node && route.From != _self.Node;

    private void CountJunk() => Interlocked.Increment(ref _junk);
}
