using System.Threading.Channels;
using Anycast.Steering;
using Edge.Bus;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>Tells the other nodes of the PoP which flows are this node's, and the shards what others told.</summary>
/// <remarks>
/// Flows are said when they are new or end, some at a time, and all of them each
/// <see cref="FlowLetter.RepeatInterval"/> and to who has heard of none. Bounded: <see cref="WordsMax"/> that wait to be said;
/// beyond that the next round heals. Threads: any, but for <see cref="KeepHouse"/>, which one calls.
/// </remarks>
internal sealed class FlowDesk : IAsyncDisposable
{
    /// <summary>Words that wait. Chosen: seconds of joins of a full node.</summary>
    private const int WordsMax = 4096;

    private readonly NodeState _node;
    private readonly SteeringOptions _options;
    private readonly ushort _pop;
    private readonly ushort _self;
    private readonly Channel<Word> _words = Channel.CreateBounded<Word>(
        new BoundedChannelOptions(WordsMax)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
        }
    );

    private readonly FirstWords _firstWords = new();
    private Subscriptions? _subscription;
    private Task _telling = Task.CompletedTask;
    private Instant _repeatAt;

    /// <summary>Makes a desk that neither tells nor hears yet.</summary>
    public FlowDesk(NodeState node, SteeringOptions options)
    {
        _node = node;
        _options = options;
        _pop = OwnerCode.NumberOf(node.Options.Pop);
        _self = OwnerCode.NumberOf(node.Options.Node);
        Peers = PopPeers.Create(_pop, _self, options.Members());
    }

    /// <summary>The other nodes of the PoP when they were last looked at.</summary>
    public PopPeers Peers { get; private set; }

    /// <summary>Begins to tell and to hear.</summary>
    public void Start()
    {
        _subscription = Subscriptions.InPop(_options, FlowSubject.Of(_pop), Hear, HandleListener);
        _telling = TellAsync();
    }

    /// <summary>Waits until every node that listens, and so may have flows, has said which. Once, after <see cref="Start"/>.</summary>
    /// <param name="within">How long to wait; versions before may say nothing for a second.</param>
    /// <returns>Whether all have.</returns>
    public bool AwaitFirstWords(TimeSpan within) => _firstWords.Wait(within);

    /// <summary>Says that a flow is this node's, or is not any more. Threads: any.</summary>
    public void Tell(in NetworkAddress client, int shard, bool hasEnded)
    {
        var said = new FlowWord(client, unchecked((byte)shard)) { HasEnded = hasEnded };
        _ = _words.Writer.TryWrite(new Word(said, IsOfOtherPop: false));
    }

    /// <summary>Says that what comes of a flow of another PoP goes on from here, or does not any more. Threads: any.</summary>
    public void TellOfOtherPop(in FlowWord said) =>
        _ = _words.Writer.TryWrite(new Word(said, IsOfOtherPop: true));

    /// <summary>Flows of a session are another node's, which has taken it from this one. It says so itself to all; here it is
    /// known at once. Threads: any.</summary>
    /// <param name="clients">The clients' addresses; of more than a letter holds the rest is known when that node says so.</param>
    /// <param name="holder">The number of the node that has the session.</param>
    public void NoteMoved(IReadOnlyList<NetworkAddress> clients, ushort holder)
    {
        var now = _node.Clock.Now();
        var count = Math.Min(clients.Count, FlowLetter.EntriesMax);
        var letter = new byte[FlowLetter.HeaderBytes + (count * FlowLetter.EntryBytes)];
        var length = FlowLetter.WriteHeader(letter, holder);
        for (var index = 0; index < count; index++)
        {
            var client = clients[index];
            // What is not here any more that node has claimed already, and says so better.
            var word = _node.Flows.TryFind(client, out _)
                ? _node.Flows.WordOf(client, client.Port, now)
                : new FlowWord(client, unchecked((byte)client.Port)) { IsRepeated = true };
            length += FlowLetter.WriteEntry(letter.AsSpan(length), word);
        }

        var heard = new ShardCommand.HearFlows(letter);
        foreach (var shard in _node.Shards)
        {
            shard.Post(heard);
        }
    }

    /// <summary>What is due each second.</summary>
    public void KeepHouse(Instant now)
    {
        LookAtMembers();
        if (now >= _repeatAt)
        {
            _repeatAt = now + FlowLetter.RepeatInterval;
            TellAll();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        _words.Writer.TryComplete();
        await _telling;
    }

    private void HandleListener()
    {
        _firstWords.Expect();
        _ = _words.Writer.TryWrite(new Word { IsAll = true });
    }

    private void LookAtMembers()
    {
        var peers = PopPeers.Create(_pop, _self, _options.Members());
        if (peers.IsSameAs(Peers))
        {
            return;
        }

        Peers = peers;
        foreach (var shard in _node.Shards)
        {
            shard.Post(new ShardCommand.SetPeers(peers));
        }
    }

    /// <summary>A letter of another node; each shard keeps a copy of what it says. One that the shard has no room for heals
    /// with the next round.</summary>
    private void Hear(BusMessage message)
    {
        var letter = new ShardCommand.HearFlows(message.Payload.ToArray());
        foreach (var shard in _node.Shards)
        {
            _ = shard.TryPost(letter);
        }

        FlowLetter.ReadClaims(message.Payload, _self, _node.ReleaseFlow);
        if (FlowLetter.TryReadNode(message.Payload, out var node) && node != _self)
        {
            _firstWords.Note(node);
        }
    }

    private async Task TellAsync()
    {
        var letter = new Letter(this);
        while (await _words.Reader.WaitToReadAsync())
        {
            while (_words.Reader.TryRead(out var word))
            {
                if (word.IsAll)
                {
                    TellAll();
                }
                else if (TryFinish(word, out var said))
                {
                    letter.Add(said);
                }
            }

            letter.Send();
        }
    }

    /// <summary>What there is to say by now; false for nothing. A flow that has ended may be another session's, and one of another
    /// PoP a session's of this node.</summary>
    private bool TryFinish(in Word word, out FlowWord said)
    {
        said = word.Said;
        if (word.IsOfOtherPop || said.HasEnded)
        {
            return !_node.Flows.TryFind(said.Client, out _);
        }

        said = _node.Flows.WordOf(said.Client, said.Shard, _node.Clock.Now());
        return true;
    }

    private void TellAll()
    {
        var now = _node.Clock.Now();
        var letter = new Letter(this);
        // Also that it has none: who has just started waits for it.
        letter.Begin();
        foreach (var (client, session) in _node.Flows.All)
        {
            if (client.Connection == 0)
            {
                letter.Add(
                    _node.Flows.WordOf(client, session.OwnerShard, now) with
                    {
                        IsRepeated = true,
                    }
                );
            }
        }

        letter.Send();
    }

    /// <summary>What is to be said of a flow.</summary>
    /// <param name="Said">What it is; of a flow of this node what is known of its client is added when it is said.</param>
    /// <param name="IsOfOtherPop">Whether its session is in another PoP, which said so.</param>
    private readonly record struct Word(FlowWord Said, bool IsOfOtherPop)
    {
        /// <summary>Whether all flows are to be said, because somebody has heard of none.</summary>
        public bool IsAll { get; init; }
    }

    /// <summary>A letter that is being written; full ones are sent.</summary>
    private sealed class Letter(FlowDesk desk)
    {
        private readonly byte[] _bytes = new byte[
            FlowLetter.HeaderBytes + (FlowLetter.EntriesMax * FlowLetter.EntryBytes)
        ];

        private int _length;

        public void Begin() => _length = FlowLetter.WriteHeader(_bytes, desk._self);

        public void Add(in FlowWord word)
        {
            if (_length == 0)
            {
                Begin();
            }

            _length += FlowLetter.WriteEntry(_bytes.AsSpan(_length), word);
            if (_length == _bytes.Length)
            {
                Send();
            }
        }

        public void Send()
        {
            if (_length > 0)
            {
                // What is lost is said again with the next round.
                _ = desk._options.Bus.TryPublish(
                    FlowSubject.Of(desk._pop),
                    _bytes.AsSpan(0, _length)
                );
                _length = 0;
            }
        }
    }
}
