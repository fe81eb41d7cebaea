using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>What a viewer sees of one track: pictures are shown once they are whole and what they need was
/// shown.</summary>
/// <remarks>A picture needs the one before it of its layer, a key frame none. Without a jitter buffer, so that a
/// freeze is the network's or ours. Bounded: of pictures that are not whole the oldest are given up.</remarks>
public sealed class Screen
{
    /// <summary>A gap between two pictures from which on it is a freeze (webrtc-stats, freezeCount, at 30
    /// pictures a second).</summary>
    public static readonly TimeSpan FreezeMin = TimeSpan.FromMilliseconds(200);

    private const int OpenMax = 256;
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StuckTime = TimeSpan.FromSeconds(3);

    private readonly SortedDictionary<
        (byte Layer, uint Frame),
        (int Got, int Count, bool IsKeyFrame, long Place)
    > _open = [];
    private readonly List<(Instant At, int Layer)> _switches = [];
    private uint _last;
    private long _lastPlace;
    private Instant _firstOpenAt = Instant.Never;
    private Instant _askedAt = Instant.Never;

    /// <summary>The layer that is shown; -1 while nothing is.</summary>
    public int Layer { get; private set; } = -1;

    /// <summary>Pictures shown.</summary>
    public int Shown { get; private set; }

    /// <summary>When the first and the last one was shown.</summary>
    public Instant FirstAt { get; private set; } = Instant.Never;

    /// <inheritdoc cref="FirstAt"/>
    public Instant LastAt { get; private set; } = Instant.Never;

    /// <summary>Time spent in freezes: each gap over <see cref="FreezeMin"/>, whole.</summary>
    public TimeSpan Frozen { get; private set; }

    /// <summary>The longest gap between two pictures.</summary>
    public TimeSpan GapMax { get; private set; }

    /// <summary>The longest gap at a change of layer.</summary>
    public TimeSpan GapMaxAtSwitch { get; private set; }

    /// <summary>When another layer was shown, and which.</summary>
    public IReadOnlyList<(Instant At, int Layer)> Switches => _switches;

    /// <summary>Times from making to showing.</summary>
    public List<TimeSpan> Ages { get; } = [];

    /// <summary>Whether a key frame has to be asked for: there was none yet for a while, or what is missing does not
    /// come. The times are libwebrtc's.</summary>
    public bool IsStuck(Instant now)
    {
        if (_open.Count == 0 || (_askedAt.IsSet && now - _askedAt < AskInterval))
        {
            return false;
        }

        var since = LastAt.IsSet ? LastAt : _firstOpenAt;
        if (now - since < (LastAt.IsSet ? StuckTime : AskInterval))
        {
            return false;
        }

        _askedAt = now;
        return true;
    }

    /// <summary>Forgets what was counted so far, but not what is shown.</summary>
    public void Reset()
    {
        Shown = 0;
        Frozen = TimeSpan.Zero;
        GapMax = TimeSpan.Zero;
        GapMaxAtSwitch = TimeSpan.Zero;
        _switches.Clear();
        Ages.Clear();
    }

    /// <summary>Takes a packet, each once.</summary>
    /// <param name="stamp">What it says of itself.</param>
    /// <param name="sequence">Its number on the 64-bit line: pictures that come whole only after a later one was
    /// shown are not shown any more.</param>
    /// <param name="now">The time.</param>
    public void Take(in PictureStamp stamp, long sequence, Instant now)
    {
        var place = sequence - stamp.Index;
        if (place < _lastPlace || (stamp.Layer == Layer && stamp.Frame <= _last))
        {
            return;
        }

        _firstOpenAt = Instant.Min(_firstOpenAt, now);
        var key = Key(stamp.Layer, stamp.Frame);
        var picture = _open.GetValueOrDefault(key);
        picture = (picture.Got + 1, stamp.Count, stamp.IsKeyFrame, place);
        _open[key] = picture;
        var isNext = stamp.Layer == Layer && stamp.Frame == _last + 1;
        if (picture.Got == stamp.Count && (stamp.IsKeyFrame || isNext))
        {
            Show(stamp, place, now);
        }

        while (_open.Count > OpenMax)
        {
            _open.Remove(_open.Keys.First());
        }
    }

    private static (byte Layer, uint Frame) Key(byte layer, uint frame) => (layer, frame);

    private void Show(in PictureStamp stamp, long place, Instant now)
    {
        var gap = LastAt.IsSet ? now - LastAt : TimeSpan.Zero;
        GapMax = gap > GapMax ? gap : GapMax;
        Frozen += gap > FreezeMin ? gap : TimeSpan.Zero;
        FirstAt = Instant.Min(FirstAt, now);
        if (stamp.Layer != Layer)
        {
            GapMaxAtSwitch = gap > GapMaxAtSwitch ? gap : GapMaxAtSwitch;
            _switches.Add((now, stamp.Layer));
            Layer = stamp.Layer;
        }

        LastAt = now;
        Shown++;
        Ages.Add(now - stamp.MadeAt);
        _last = stamp.Frame;
        _lastPlace = place;
        foreach (var past in _open.Keys.Where(IsPast).ToArray())
        {
            _open.Remove(past);
        }

        if (_open.TryGetValue(Key(stamp.Layer, _last + 1), out var next) && next.Got == next.Count)
        {
            Show(stamp with { Frame = _last + 1, IsKeyFrame = next.IsKeyFrame }, next.Place, now);
        }
    }

    private bool IsPast((byte Layer, uint Frame) key) => key.Layer == Layer && key.Frame <= _last;
}
