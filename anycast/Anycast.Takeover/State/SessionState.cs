using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.State;

/// <summary>What the voters of a session store: its log, of which the last write of each key is kept.</summary>
/// <remarks>
/// Writes are numbered within an epoch. Who has a state up to one mark of an owner gets what was written since; who has
/// anything else gets all of it. A bound never goes down, whatever replaces the rest.
/// </remarks>
internal sealed class SessionState(TakeoverOptions options, ISafetyRules rules)
{
    private readonly Dictionary<uint, Section> _sections = [];
    private readonly Dictionary<StreamId, Bound> _bounds = [];
    private int _sectionBytes;

    /// <summary>Up to where it is written.</summary>
    public StateMark Mark { get; private set; }

    /// <summary>Who votes; null while this is a seat without a state.</summary>
    public Membership? Members { get; private set; }

    /// <summary>Where that was written.</summary>
    public StateMark MembersMark { get; private set; }

    /// <summary>The last write of a part.</summary>
    public long PartNumber { get; private set; }

    /// <summary>The parts of the session.</summary>
    public IReadOnlyDictionary<uint, Section> Sections => _sections;

    /// <summary>The reservations of its streams.</summary>
    public IReadOnlyDictionary<StreamId, Bound> Bounds => _bounds;

    /// <summary>Begins an owner's writes.</summary>
    public void BeginEpoch(long epoch, long number) => Mark = new StateMark(epoch, number);

    /// <summary>Writes who votes.</summary>
    public void Write(Membership members)
    {
        Advance();
        Members = members;
        MembersMark = Mark;
    }

    /// <summary>Writes a part; an empty one takes it away. False when there is no room.</summary>
    public bool TryWrite(uint key, ReadOnlySpan<byte> value)
    {
        var former = _sections.TryGetValue(key, out var section) ? section.Value.Length : -1;
        var isRoom =
            _sectionBytes - Math.Max(former, 0) + value.Length <= options.StateBytesMax
            && (former >= 0 || _sections.Count < options.SectionsMax);
        if (!isRoom)
        {
            return false;
        }

        Advance();
        PartNumber = Mark.Number;
        Set(key, value, Mark.Number);
        return true;
    }

    /// <summary>Writes a reservation; false when there are too many streams.</summary>
    public bool TryReserve(StreamId stream, Reservation value)
    {
        if (!_bounds.ContainsKey(stream) && _bounds.Count >= options.StreamsMax)
        {
            return false;
        }

        Advance();
        _bounds[stream] = new Bound(value, Mark.Number);
        return true;
    }

    /// <summary>Stores what an owner wrote up to a mark.</summary>
    public void Store(StateMark mark) => Mark = mark;

    /// <summary>Stores a part of it.</summary>
    public void Store(uint key, ReadOnlySpan<byte> value, long number)
    {
        Set(key, value, number);
        if (value.IsEmpty)
        {
            _sections.Remove(key);
        }
    }

    /// <summary>Stores who votes; an older view than what is known changes nothing.</summary>
    public void Store(Membership members, StateMark mark)
    {
        if (Members is null || mark > MembersMark)
        {
            Members = members;
            MembersMark = mark;
        }
    }

    /// <summary>Stores a reservation: a bound only ever rises.</summary>
    public void Store(StreamId stream, Reservation heard, long number)
    {
        var own = _bounds.TryGetValue(stream, out var known) ? known.Value : heard;
        var merged = new Reservation(
            rules.MergeBound(own.Bound, heard.Bound),
            Math.Max(own.Floor, heard.Floor)
        );
        _bounds[stream] = new Bound(merged, number);
    }

    /// <summary>Forgets the parts, as all of them come anew. Bounds stay.</summary>
    public void ForgetSections()
    {
        _sections.Clear();
        _sectionBytes = 0;
    }

    /// <summary>Forgets that parts were taken away, once everybody knows: up to a number.</summary>
    public void ForgetRemoved(long number)
    {
        foreach (var (key, section) in _sections)
        {
            if (section.Value.Length == 0 && section.Number <= number)
            {
                // A dictionary may be removed from while it is enumerated.
                _sections.Remove(key);
            }
        }
    }

    private void Advance() => Mark = Mark with { Number = Mark.Number + 1 };

    private void Set(uint key, ReadOnlySpan<byte> value, long number)
    {
        var former = _sections.TryGetValue(key, out var section) ? section.Value.Length : 0;
        _sectionBytes += value.Length - former;
        _sections[key] = new Section(value.ToArray(), number);
    }
}
