using System.Collections.Immutable;
using System.Globalization;
using Edge.Primitives;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>A model of a browser's RTCPeerConnection as far as offers and answers go (RFC 8829), with
/// bundlePolicy max-bundle. What a browser would refuse throws.</summary>
/// <remarks>Simpler than a browser: no transport, no addTrack, one format parameter set per format.</remarks>
public sealed class JsepClient
{
    private readonly JsepRules _rules;
    private readonly JsepWriter _writer;
    private readonly List<JsepTransceiver> _transceivers = [];
    private readonly List<string> _tracks = [];
    private SessionDescription? _pending;
    private List<JsepSlot> _before = [];
    private int _nextMid;
    private int _nextSsrc = 1000;
    private string? _tag;

    /// <summary>Makes a client.</summary>
    public JsepClient(JsepHabits habits, string ufrag = "clnt")
    {
        Habits = habits;
        _rules = new JsepRules(habits);
        _writer = new JsepWriter(habits, ufrag);
    }

    /// <summary>How it writes.</summary>
    public JsepHabits Habits { get; }

    /// <summary>All transceivers that are not over, in the order of their making.</summary>
    public IReadOnlyList<JsepTransceiver> Transceivers =>
        [.. _transceivers.Where(transceiver => !transceiver.IsStopped)];

    /// <summary>The mids of the <c>track</c> events so far.</summary>
    public IReadOnlyList<string> TrackEvents => _tracks;

    /// <summary>The m-lines that both sides know.</summary>
    public IReadOnlyList<JsepSlot> Slots { get; private set; } = [];

    /// <summary>Whether an offer of it waits for its answer.</summary>
    public bool HasLocalOffer => _pending is not null;

    /// <summary>How often the section that stands for the bundle went, for which Chromium 156 opens a
    /// transport anew.</summary>
    public int Replacements { get; private set; }

    /// <summary>The ICE username fragment of its descriptions.</summary>
    public string Ufrag => _writer.Ufrag;

    /// <summary>Adds a transceiver (<c>addTransceiver</c>).</summary>
    public JsepTransceiver Add(
        SdpMediaKind kind,
        SdpDirection direction,
        params ImmutableArray<string> rids
    )
    {
        var transceiver = new JsepTransceiver
        {
            Kind = kind,
            Direction = direction,
            Rids = rids,
            Ssrc = new Ssrc((uint)++_nextSsrc),
        };
        _transceivers.Add(transceiver);
        return transceiver;
    }

    /// <summary>Makes the first data channel; its section is offered next.</summary>
    public JsepTransceiver AddDataChannels() =>
        Add(SdpMediaKind.Application, SdpDirection.SendReceive);

    /// <summary>Stops a transceiver (<c>stop</c>): the next offer has port 0.</summary>
    public void Stop(JsepTransceiver transceiver) => transceiver.IsStopping = true;

    /// <summary>Restarts ICE: the next offer has new credentials.</summary>
    public void RestartIce() => _writer.Restart();

    /// <summary>Whether Chromium 156 could make an offer: with max-bundle, not without a live section.</summary>
    public bool CanOffer() =>
        !Habits.IsChromium
        || _transceivers.Exists(transceiver =>
            transceiver is { IsStopping: false, IsStopped: false }
        );

    /// <summary>Makes an offer and sets it (<c>createOffer</c>, <c>setLocalDescription</c>).</summary>
    public string CreateOffer()
    {
        _before = [.. Slots];
        var slots = new List<JsepSlot>(Slots);
        foreach (var transceiver in _transceivers)
        {
            if (transceiver is { IsStopped: false, IsStopping: false, Index: < 0 })
            {
                Place(slots, transceiver);
            }
        }

        NoteTag(slots, hasNewCredentials: true);
        _pending = _writer.Offer(slots);
        Slots = slots;
        return _pending.Write();
    }

    /// <summary>Takes an offer of its own back.</summary>
    public void Rollback()
    {
        _pending = null;
        foreach (var transceiver in _transceivers)
        {
            if (transceiver.Index >= 0 && !_before.Exists(slot => slot.Transceiver == transceiver))
            {
                transceiver.Index = -1;
                transceiver.Mid = null;
            }
        }

        Slots = _before;
    }

    /// <summary>Takes the answer to its offer.</summary>
    public void TakeAnswer(string text)
    {
        var answer = Parse(text);
        var offer = _pending ?? throw new TestingException("No offer waits for an answer.");
        _rules.Check(answer);
        JsepAnswers.Check(offer, answer, Habits);
        _pending = null;
        var slots = new List<JsepSlot>();
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            slots.Add(Settle(Slots[index], answer.Sections[index]));
        }

        Slots = slots;
    }

    /// <summary>Takes an offer of the other side and answers it.</summary>
    /// <param name="text">The offer.</param>
    /// <param name="wanted">What the page wants of media sections that it did not have before.</param>
    public string TakeOffer(string text, SdpDirection wanted = SdpDirection.ReceiveOnly)
    {
        var offer = Parse(text);
        if (_pending is not null)
        {
            Rollback();
        }

        _rules.Check(offer);
        _writer.Reserve(offer);
        JsepRules.Require(
            offer.Sections.Length >= Slots.Count,
            $"it has {offer.Sections.Length} sections for {Slots.Count}"
        );
        var slots = new List<JsepSlot>();
        for (var index = 0; index < offer.Sections.Length; index++)
        {
            var known = index < Slots.Count ? Slots[index] : null;
            slots.Add(Receive(known, offer.Sections[index], index, wanted));
        }

        NoteTag(slots, hasNewCredentials: false);
        Slots = slots;
        return _writer.Answer(offer, slots).Write();
    }

    /// <summary>The live slots that carry nothing either way, and those that do.</summary>
    public JsepTransceiver? Find(string mid) =>
        _transceivers.Find(transceiver =>
            !transceiver.IsStopped && string.Equals(transceiver.Mid, mid, StringComparison.Ordinal)
        );

    private void Place(List<JsepSlot> slots, JsepTransceiver transceiver)
    {
        var index = slots.FindIndex(slot => slot.IsDead);
        transceiver.Index = index < 0 ? slots.Count : index;
        transceiver.Mid = NextMid(slots);
        var slot = new JsepSlot(transceiver.Mid, transceiver.Kind, transceiver);
        if (index < 0)
        {
            slots.Add(slot);
        }
        else
        {
            slots[index] = slot;
        }
    }

    private string NextMid(List<JsepSlot> slots)
    {
        while (true)
        {
            var mid = (_nextMid++).ToString(CultureInfo.InvariantCulture);
            if (!slots.Exists(slot => string.Equals(slot.Mid, mid, StringComparison.Ordinal)))
            {
                return mid;
            }
        }
    }

    private void NoteTag(List<JsepSlot> slots, bool hasNewCredentials)
    {
        var after = slots.Find(slot => slot.IsLive)?.Mid;
        if (after is null || JsepRules.Same(after, _tag))
        {
            return;
        }

        var isNew = !Slots.Any(slot => JsepRules.Same(slot.Mid, after));
        if (_tag is not null)
        {
            Replacements++;
            if (Habits.IsChromium && isNew && hasNewCredentials)
            {
                _writer.Restart();
            }
        }

        _tag = after;
    }

    private JsepSlot Settle(JsepSlot slot, MediaSection answered)
    {
        if (slot.IsDead)
        {
            return slot;
        }

        var transceiver = slot.Transceiver!;
        if (answered.Port == 0 || transceiver.IsStopping)
        {
            return Kill(slot);
        }

        Conclude(
            transceiver,
            answered,
            JsepAnswers.Meet(transceiver.Direction, answered.Direction)
        );
        return slot;
    }

    private JsepSlot Receive(JsepSlot? known, MediaSection offered, int index, SdpDirection wanted)
    {
        if (known is { IsDead: false })
        {
            JsepRules.Require(
                JsepRules.Same(known.Mid, offered.Mid) && known.Kind == offered.Kind,
                $"section {index} was {known.Mid} and is {offered.Mid}"
            );
        }

        if (offered.Port == 0)
        {
            var dead = new JsepSlot(offered.Mid!, offered.Kind, null);
            return known is { IsDead: false } ? Kill(known) : dead;
        }

        var transceiver = known is { IsDead: false }
            ? known.Transceiver!
            : Adopt(offered, index, wanted);
        if (transceiver.IsStopping || !JsepAnswers.CanTake(Habits, offered))
        {
            return Kill(new JsepSlot(offered.Mid!, offered.Kind, transceiver));
        }

        var direction = JsepAnswers.Meet(transceiver.Direction, offered.Direction);
        Conclude(transceiver, offered, direction);
        return new JsepSlot(offered.Mid!, offered.Kind, transceiver);
    }

    private JsepTransceiver Adopt(MediaSection offered, int index, SdpDirection wanted)
    {
        var isData = offered.Kind == SdpMediaKind.Application;
        var unplaced = isData
            ? _transceivers.Find(transceiver =>
                transceiver is { Kind: SdpMediaKind.Application, IsStopped: false, Index: < 0 }
            )
            : null;
        var direction = isData ? SdpDirection.SendReceive : wanted;
        var transceiver = unplaced ?? Add(offered.Kind, direction);
        transceiver.Mid = offered.Mid;
        transceiver.Index = index;
        return transceiver;
    }

    private void Conclude(JsepTransceiver transceiver, MediaSection remote, SdpDirection direction)
    {
        if (!remote.IsRtp)
        {
            transceiver.CurrentDirection = direction;
            return;
        }

        transceiver.Codecs = [.. remote.Codecs];
        transceiver.Extensions =
        [
            .. remote.Extensions.Where(extension =>
                Habits
                    .Receiving(SdpMediaKind.Video)
                    .Extensions.Any(own => JsepRules.Same(own.Uri, extension.Uri))
                || Habits
                    .Sending(remote.Kind)
                    .Extensions.Any(own => JsepRules.Same(own.Uri, extension.Uri))
            ),
        ];
        transceiver.CurrentDirection = direction;
        var fires = direction.Receives() && transceiver.Fired?.Receives() != true;
        transceiver.Fired = direction;
        if (fires)
        {
            _tracks.Add(transceiver.Mid!);
        }
    }

    private static JsepSlot Kill(JsepSlot slot)
    {
        if (slot.Transceiver is { } transceiver)
        {
            transceiver.IsStopped = true;
            transceiver.CurrentDirection = null;
        }

        return slot with
        {
            Transceiver = null,
        };
    }

    private static SessionDescription Parse(string text) =>
        SessionDescription.TryParse(text, out var description, out var error)
            ? description
            : throw new TestingException(error.Sentence);
}
