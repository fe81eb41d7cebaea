using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Bus;
using Edge.Node.Shards;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <content>What nodes of the PoP tell each other.</content>
internal sealed partial class AdoptionDesk
{
    /// <summary>Begins to tell and to hear.</summary>
    public void Start()
    {
        _peers = PeersNow();
        _subscription = Subscriptions.InPop(
            _options,
            AdoptionSubject.Of(Self.Pop),
            Hear,
            TellAllSoon
        );
        _telling = TellAsync();
    }

    /// <summary>What is due each second.</summary>
    public void KeepHouse(Instant now)
    {
        LookAtMembers();
        _followers.Set(Represented);
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
        _followers.Set([]);
    }

    /// <summary>What nodes said that are gone is not true any more.</summary>
    private void LookAtMembers()
    {
        var peers = PeersNow();
        lock (_lock)
        {
            foreach (var peer in _peers)
            {
                if (!peers.Contains(peer))
                {
                    _others.RemoveNode(peer);
                }
            }

            _peers = peers;
        }
    }

    private ImmutableArray<ushort> PeersNow() => _node.FlowDesk?.Peers.View.Peers ?? [];

    /// <summary>A letter of another node; each shard keeps a copy of what it says. One that a shard has no room for heals with
    /// the next round.</summary>
    private void Hear(BusMessage message)
    {
        lock (_lock)
        {
            if (
                !AdoptionLetter.TryApply(
                    message.Payload,
                    Self.Node,
                    AdoptedName.Session,
                    _others,
                    _node.Clock.Now()
                )
            )
            {
                _node.Shards[0].CountDrop(ShardDrop.FlowsMalformed);
                return;
            }
        }

        var letter = new ShardCommand.HearAdoptions(message.Payload.ToArray());
        foreach (var shard in _node.Shards)
        {
            _ = shard.TryPost(letter);
        }

        _node.Desk?.FollowSurvivors();
    }

    /// <summary>Tells the shards who has a session, as if that node had told it.</summary>
    private void TellShards(IReadOnlyList<string> fragments, ushort holder)
    {
        var count = Math.Min(fragments.Count, AdoptionLetter.EntriesMax);
        var letter = new byte[AdoptionLetter.HeaderBytes + (count * AdoptionLetter.EntryBytes)];
        var length = AdoptionLetter.WriteHeader(letter, holder);
        for (var index = 0; index < count; index++)
        {
            if (TryReadFragment(fragments[index], out var mark, out var code))
            {
                length += AdoptionLetter.WriteEntry(
                    letter.AsSpan(length),
                    new AdoptionWord(AdoptedName.Fragment, mark, code.Node)
                );
            }
        }

        var heard = new ShardCommand.HearAdoptions(letter[..length]);
        foreach (var shard in _node.Shards)
        {
            shard.Post(heard);
        }
    }

    private async Task TellAsync()
    {
        var letter = new Letter(this);
        while (await _words.Reader.WaitToReadAsync())
        {
            // Who hears of a session may ask for it under its node's name at once.
            _followers.Set(Represented);
            while (_words.Reader.TryRead(out var said))
            {
                if (said.IsAll)
                {
                    NoteListener();
                    TellAll();
                }
                else
                {
                    Say(letter, said);
                }
            }

            letter.Send();
        }
    }

    private void TellAllSoon() => _ = _words.Writer.TryWrite(new Said { IsAll = true });

    /// <summary>Who begins to listen has not said all that it has.</summary>
    private void NoteListener()
    {
        lock (_lock)
        {
            _settledAt = _node.Clock.Now() + SettleTime;
        }
    }

    private void Say(Letter letter, in Said said)
    {
        lock (_lock)
        {
            // What was given to another node meanwhile is that one's to say.
            if (said.Word.HasEnded || !said.Session.IsOver)
            {
                letter.Add(said.Word);
            }
        }
    }

    private void TellAll()
    {
        var letter = new Letter(this);
        lock (_lock)
        {
            foreach (var session in _held.Values)
            {
                foreach (var name in session.Names)
                {
                    letter.Add(name with { IsRepeated = true });
                }
            }

            // Before what ends from now on is said to.
            letter.Send();
        }
    }

    /// <summary>A letter that is being written; full ones are sent.</summary>
    private sealed class Letter(AdoptionDesk desk)
    {
        private readonly byte[] _bytes = new byte[
            AdoptionLetter.HeaderBytes + (AdoptionLetter.EntriesMax * AdoptionLetter.EntryBytes)
        ];

        private int _length;

        public void Add(in AdoptionWord word)
        {
            if (_length == 0)
            {
                _length = AdoptionLetter.WriteHeader(_bytes, desk.Self.Node);
            }

            _length += AdoptionLetter.WriteEntry(_bytes.AsSpan(_length), word);
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
                    AdoptionSubject.Of(desk.Self.Pop),
                    _bytes.AsSpan(0, _length)
                );
                _length = 0;
            }
        }
    }
}
