using System.Collections.Immutable;
using System.Globalization;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Writes an offer of ours (RFC 8829 §5.2): what is there, and sections for what is asked.</summary>
/// <remarks>
/// A section that ended is never sent in again: its track at the client may have been stopped for good
/// (<c>MediaStreamTrack.stop</c>). One offer refuses it, the next uses its m-line under a new mid, which
/// makes a new track. M-lines up to the first live one stay dead: using them again would move the
/// bundle's tag, for which Chromium 156 replaces its transport.
/// </remarks>
internal sealed class OfferStep
{
    private readonly SessionState _state;
    private readonly SessionPolicy _policy;
    private readonly OwnSections _own;
    private readonly List<MediaSection> _lines = [];
    private readonly List<SessionSection> _target = [];
    private readonly List<OfferedItem> _items = [];
    private readonly List<SectionOutcome> _outcomes = [];
    private int _ownMids;

    /// <summary>Begins an offer on a session.</summary>
    public OfferStep(SessionState state, SessionPolicy policy)
    {
        _state = state;
        _policy = policy;
        _ownMids = state.OwnMids;
        var names = new SessionMsid();
        foreach (var section in state.Sections)
        {
            names.Note(section.Send is null ? null : section.Local?.Msid);
        }

        _own = new(new(state.Numbers), names, policy);
    }

    /// <summary>What became of the requests so far.</summary>
    public ImmutableArray<SectionOutcome> Outcomes => SectionOutcomes.InOrder(_outcomes);

    /// <summary>Makes the offer; null when no request needs one.</summary>
    public PendingOffer? Take(
        ImmutableArray<SectionRequest> requests,
        LocalTransportDescription local
    )
    {
        var upgraded = FindUpgrades(requests);
        for (var index = 0; index < _state.Sections.Length; index++)
        {
            Restate(index, upgraded.Contains(index));
        }

        var hasAnchor = AddAnchor();
        for (var index = 0; index < requests.Length; index++)
        {
            Apply(index, requests[index]);
        }

        return _items.Exists(item => item.RequestIndex >= 0) ? Conclude(local, hasAnchor) : null;
    }

    private PendingOffer Conclude(LocalTransportDescription local, bool hasAnchor)
    {
        ImmutableArray<MediaSection> lines = [.. _lines];
        var offer = SessionText.Create(
            lines,
            SessionText.BundleOf(lines),
            local,
            SessionText.SetupOf(_state.Remote),
            _state.Version + 1
        );
        var target = _state with
        {
            Sections = [.. _target],
            Numbers = _state.Numbers.Fix(lines),
            Version = _state.Version + 1,
            OwnMids = _ownMids,
            HasOfferedAnchor = _state.HasOfferedAnchor || hasAnchor,
        };
        return new(offer, target, [.. _items]);
    }

    /// <summary>Sections that a request wants to be sent in, though they are there already.</summary>
    private HashSet<int> FindUpgrades(ImmutableArray<SectionRequest> requests)
    {
        var upgraded = new HashSet<int>();
        foreach (var request in requests)
        {
            if (request is SectionRequest.Send { Mid: { } mid })
            {
                upgraded.Add(_state.IndexOf(mid));
            }
        }

        return upgraded;
    }

    private void Restate(int index, bool isUpgraded)
    {
        var section = _state.Sections[index];
        var local = section.Local!;
        if (section.IsRejected)
        {
            Put(index, local, section);
            return;
        }

        var isSpent =
            section is { IsIdle: true, IsOurs: true, IsWithdrawn: false }
            && !isUpgraded
            && index > _state.TaggedIndex;
        if (isSpent)
        {
            var refused = AnswerSections.Reject(local);
            Put(index, refused, section with { IsRejected = true, Local = refused });
            return;
        }

        // What was taken back is stated again, at rest: a client that took it knows it by its mid.
        var restated = OwnDirection.Apply(local, section);
        Put(index, restated, section with { IsWithdrawn = false, Local = restated });
    }

    private bool AddAnchor()
    {
        if (!_policy.AddsAnchor || _state.HasOfferedAnchor || FindDataChannels() >= 0)
        {
            return false;
        }

        return Add(SdpMediaKind.Application, CreateDataChannels) is { } index
            && AddItem(-1, index, new SectionRequest.DataChannels());
    }

    private void Apply(int request, SectionRequest asked)
    {
        switch (asked)
        {
            case SectionRequest.Send { Mid: { } mid } send:
                Upgrade(request, send, mid);
                break;
            case SectionRequest.Send send:
                AddMedia(request, send, send.Track.Kind);
                break;
            case SectionRequest.Receive { Kind: { } kind } receive:
                AddMedia(request, receive, kind);
                break;
            case SectionRequest.DataChannels channels:
                OpenDataChannels(request, channels);
                break;
            case SectionRequest.Receive:
                Refuse(request, null, "To publish without an offer takes the kind of the track.");
                break;
            case SectionRequest.ReceiveAll:
                Refuse(
                    request,
                    null,
                    "To find out what is published takes an offer of the client."
                );
                break;
            case SectionRequest.Stop stop:
                Refuse(
                    request,
                    stop.Mid,
                    "To close a section takes an offer of the client, or force."
                );
                break;
            default:
                Refuse(request, null, "This cannot be done without an offer of the client.");
                break;
        }
    }

    private void AddMedia(int request, SectionRequest asked, MediaKind kind)
    {
        NegotiationFailure? failure = null;
        var index = Add(
            kind == MediaKind.Audio ? SdpMediaKind.Audio : SdpMediaKind.Video,
            mid =>
            {
                failure = Create(asked, kind, mid, out var section);
                return section;
            }
        );
        if (index is { } at)
        {
            AddItem(request, at, asked);
            _outcomes.Add(new SectionOutcome.Granted(request, _target[at].Mid, _target[at].Kind));
            return;
        }

        Refuse(request, null, failure?.Sentence ?? SessionSentences.Full(_policy));
    }

    private NegotiationFailure? Create(
        SectionRequest asked,
        MediaKind kind,
        string mid,
        out MediaSection? section
    )
    {
        if (asked is SectionRequest.Send send)
        {
            return _own.Send(_state.Numbers, send.Track, mid, out section);
        }

        var reserved = (asked as SectionRequest.Receive)?.Bidirectional;
        return _own.Receive(kind, reserved, mid, out section);
    }

    /// <summary>This end begins to send in a section that so far only receives, or rests.</summary>
    private void Upgrade(int request, SectionRequest.Send asked, string mid)
    {
        var index = _state.IndexOf(mid);
        if (index < 0 || _state.Sections[index] is { IsWithdrawn: true })
        {
            Refuse(request, mid, SessionSentences.NoSuchSection(mid));
            return;
        }

        var section = _target[index];
        var kind = asked.Track.Kind == MediaKind.Audio ? SdpMediaKind.Audio : SdpMediaKind.Video;
        if (section.Kind != kind)
        {
            Refuse(
                request,
                mid,
                $"The section with mid {mid} is no {CodecCatalog.NameOf(asked.Track.Kind)} section."
            );
            return;
        }

        var isTaken = section.Send is not null || _items.Exists(item => item.SectionIndex == index);
        if (isTaken)
        {
            Refuse(request, mid, $"The section with mid {mid} is sent another track already.");
            return;
        }

        if (_own.Send(_state.Numbers, asked.Track, mid, out var sending) is { } failure)
        {
            Refuse(request, mid, failure.Sentence);
            return;
        }

        var line = _lines[index];
        var joined = section.Receive is null ? sending! : SectionJoining.Join(line, sending);
        _lines[index] = joined;
        _target[index] = section with { Local = joined };
        AddItem(request, index, asked);
        _outcomes.Add(new SectionOutcome.Granted(request, mid, kind));
    }

    private void OpenDataChannels(int request, SectionRequest asked)
    {
        var index = FindDataChannels();
        if (index < 0 && Add(SdpMediaKind.Application, CreateDataChannels) is { } added)
        {
            index = added;
        }

        if (index < 0)
        {
            Refuse(request, null, SessionSentences.Full(_policy));
            return;
        }

        if (_target[index].DataChannels is null)
        {
            AddItem(request, index, asked);
        }

        _outcomes.Add(
            new SectionOutcome.Granted(request, _target[index].Mid, SdpMediaKind.Application)
        );
    }

    private MediaSection? CreateDataChannels(string mid) => DataChannelSection.Create(mid, _policy);

    private int FindDataChannels() =>
        _target.FindIndex(section =>
            section is { Kind: SdpMediaKind.Application, IsRejected: false }
        );

    /// <summary>Puts a section onto a dead m-line of its kind behind the tag, or at the end.</summary>
    private int? Add(SdpMediaKind kind, Func<string, MediaSection?> create)
    {
        var index = FindDead(kind);
        if (index < 0 && _target.Count >= _policy.SectionsMax)
        {
            return null;
        }

        var mid = NextMid();
        if (create(mid) is not { } line)
        {
            return null;
        }

        _ownMids++;
        index = index < 0 ? _target.Count : index;
        Put(
            index,
            line,
            new()
            {
                Mid = mid,
                Kind = kind,
                Local = line,
                IsOurs = true,
            }
        );
        return index;
    }

    /// <summary>An m-line that both sides know to be dead, so not one that this very offer refuses, nor one
    /// that an answer refused which may have been lost.</summary>
    private int FindDead(SdpMediaKind kind)
    {
        for (var index = _state.TaggedIndex + 1; index < _state.Sections.Length; index++)
        {
            var isDead =
                _state.Sections[index] is { IsRejected: true, IsConfirmed: true }
                && _target[index].IsRejected;
            if (isDead && _target[index].Kind == kind)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>A name that no browser gives, so that the two sides' counters cannot meet.</summary>
    private string NextMid()
    {
        while (true)
        {
            var mid = string.Create(CultureInfo.InvariantCulture, $"s{_ownMids}");
            if (
                !_target.Exists(section =>
                    string.Equals(section.Mid, mid, StringComparison.Ordinal)
                )
            )
            {
                return mid;
            }

            _ownMids++;
        }
    }

    private void Put(int index, MediaSection line, SessionSection section)
    {
        if (index == _lines.Count)
        {
            _lines.Add(line);
            _target.Add(section);
            return;
        }

        _lines[index] = line;
        _target[index] = section;
    }

    private bool AddItem(int request, int index, SectionRequest asked)
    {
        _items.Add(new(request, index, asked));
        return true;
    }

    private void Refuse(int request, string? mid, string sentence) =>
        _outcomes.Add(new SectionOutcome.Refused(request, mid, sentence));
}
