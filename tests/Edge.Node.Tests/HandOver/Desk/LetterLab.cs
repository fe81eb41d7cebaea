using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Bus;
using Edge.Bus.InProcess;
using Edge.Mesh;
using Edge.Node.HandOver.Desk;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Node.Tests.HandOver.Desk;

/// <summary>Desks of a PoP on one bus, without nodes behind them.</summary>
internal sealed class LetterLab : IAsyncDisposable
{
    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions(),
        NullLogger<InProcessExchange>.Instance
    );

    private readonly List<IAsyncDisposable> _buses = [];
    private readonly List<HandOverDesk> _desks = [];
    private readonly List<PopMember> _members = [];

    /// <summary>What the desks know each other by.</summary>
    public static ImmutableArray<byte> Secret { get; } = [.. "the secret of this PoP alone"u8];

    /// <summary>Another one.</summary>
    public static ImmutableArray<byte> OtherSecret { get; } = [.. "the secret that comes next"u8];

    /// <summary>The clock of tickets.</summary>
    public ShiftedTime Time { get; } = new();

    /// <summary>The settings of a node with <see cref="Secret"/> as its key 1.</summary>
    public static MediaNodeOptions Options(string node, string pop = "pop") =>
        new()
        {
            Media = NetworkAddress.FromIPv4(0x7F000001, 0),
            Pop = pop,
            Node = node,
            PopSecret = Secret,
            PopKeyId = 1,
        };

    /// <summary>Adds a node of the PoP.</summary>
    public Seat Add(string node) => Add(Options(node));

    /// <summary>Adds a node with settings of its own.</summary>
    public Seat Add(MediaNodeOptions options)
    {
        var bus = new TamperedBus(_exchange.Connect());
        _buses.Add(bus);
        _members.Add(new PopMember(options.Node, default, IsConnected: true));
        var taker = new ScriptedTaker();
        var steering = new SteeringOptions
        {
            Hop = default,
            Bus = bus,
            Members = () => [.. _members],
            WatchListeners = (_, _) => new Subscriptions(),
        };
        var desk = HandOverDesk.Create(options, steering, taker, Time, NullLogger.Instance);
        _desks.Add(desk);
        desk.Start();
        var address = new NodeAddress(
            OwnerCode.NumberOf(options.Pop),
            OwnerCode.NumberOf(options.Node)
        );
        return new(desk, taker, bus, address);
    }

    /// <summary>Adds a process that takes nothing, as controls are, or one that is not connected.</summary>
    public void AddMember(string name, bool isConnected) =>
        _members.Add(new PopMember(name, default, isConnected));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _desks.ForEach(desk => desk.Dispose());
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    /// <summary>One node's desk and what is around it.</summary>
    internal sealed record Seat(
        HandOverDesk Desk,
        ScriptedTaker Taker,
        TamperedBus Bus,
        NodeAddress Address
    )
    {
        private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

        /// <summary>Asks who would take sessions.</summary>
        public async Task<ImmutableArray<HandOverPeer>> AskAsync() =>
            await Desk.AskAsync(Within, CancellationToken.None);

        /// <summary>Asks, and has one node alone to give to.</summary>
        public async Task<HandOverPeer> FindOneAsync() => Xunit.Assert.Single(await AskAsync());

        /// <summary>Gives a group.</summary>
        public Task<HandOverResult> GiveAsync(HandOverPeer peer, byte[] group) =>
            GiveAsync(peer, group, Within);

        /// <summary>The same with so long a wait.</summary>
        public async Task<HandOverResult> GiveAsync(
            HandOverPeer peer,
            byte[] group,
            TimeSpan within
        ) => await Desk.GiveAsync(peer, group, within, CancellationToken.None);
    }

    /// <summary>The machine's clock, from which a test goes ahead.</summary>
    internal sealed class ShiftedTime : TimeProvider
    {
        private long _ahead;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() =>
            Environment.TickCount64 * TimeSpan.TicksPerMillisecond + Interlocked.Read(ref _ahead);
    }

    /// <summary>Remembers what was asked, and lets a test change it or its answer on the way.</summary>
    internal sealed class TamperedBus(IBus bus) : PassingBus(bus)
    {
        /// <summary>The last request: its subject and its bytes.</summary>
        public (string Subject, byte[] Payload) Last { get; private set; } = ("", []);

        /// <summary>What is sent instead of a request.</summary>
        public Func<byte[], byte[]> Request { get; set; } = static payload => payload;

        /// <summary>What comes instead of an answer.</summary>
        public Func<byte[], byte[]> Reply { get; set; } = static payload => payload;

        public override async ValueTask<BusReply> RequestAsync(
            string subject,
            ReadOnlyMemory<byte> payload,
            TimeSpan within,
            CancellationToken cancellation
        )
        {
            Last = (subject, payload.ToArray());
            var changed = Request(payload.ToArray());
            var reply = await base.RequestAsync(subject, changed, within, cancellation);
            return reply with { Payload = Reply(reply.Payload.ToArray()) };
        }
    }
}
