using Edge.Mesh.Feeds;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;

namespace Edge.Mesh.Exports;

/// <summary>A track of this node that others may watch: what leaves of it, and what was said of it.</summary>
/// <remarks>Threads: its desk's, but for what is immutable.</remarks>
public sealed class ExportedTrack
{
    /// <summary>How often frames say again what the track is. Chosen: whoever missed it waits no longer than
    /// for a key frame.</summary>
    private static readonly TimeSpan DescribeInterval = TimeSpan.FromSeconds(1);

    /// <summary>How slowly a former node's clock moves to this one's. Chosen: 60 ms in the minute for which watchers know
    /// the quickest of a way, and nodes whose clocks are kept agree after seconds.</summary>
    private const long TicksToMoveOne = 1000;

    private readonly OpenFrame[] _open = new OpenFrame[FeedOrder.LayersMax];
    private readonly ulong[] _numbers = new ulong[FeedOrder.LayersMax];
    private readonly Instant[] _describeAt = new Instant[FeedOrder.LayersMax];
    private readonly string[] _subjects = new string[FeedOrder.LayersMax];
    private TimeSpan _lead;
    private Instant _ledSince;

    /// <summary>Makes one that nobody watches.</summary>
    /// <param name="token">Its name among nodes.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="kind">Sound or pictures.</param>
    /// <param name="owner">What it is to the caller.</param>
    public ExportedTrack(in TrackToken token, string app, MediaKind kind, object owner)
    {
        Token = token;
        App = app;
        Kind = kind;
        Owner = owner;
        for (var layer = 0; layer < _open.Length; layer++)
        {
            _open[layer] = new OpenFrame();
            _subjects[layer] = MeshSubjects.Media(app, token, layer);
        }
    }

    /// <summary>Its name among nodes.</summary>
    public TrackToken Token { get; }

    /// <summary>Its app, as a token of subjects.</summary>
    public string App { get; }

    /// <summary>Sound or pictures.</summary>
    public MediaKind Kind { get; }

    /// <summary>What it is to the caller; for the caller's use only.</summary>
    public object Owner { get; }

    /// <summary>What others watch of it.</summary>
    internal Demand.CarriedLayers Carried { get; set; }

    /// <summary>How its layers were when that was last said; null before.</summary>
    internal ExportedLayers? Layers { get; set; }

    /// <summary>When it is asked again how its layers are; never while nobody watches.</summary>
    internal Instant AskAt { get; set; } = Instant.Never;

    /// <summary>What goes to single nodes out of the cache.</summary>
    internal Dictionary<(NodeAddress Watcher, int Layer), OpenFrame> Replays { get; } = [];

    /// <summary>The subject of a layer.</summary>
    internal string Subject(int layer) => _subjects[layer];

    /// <summary>Packets of a layer that wait for their picture's last.</summary>
    internal OpenFrame Open(int layer) => _open[layer];

    /// <summary>The number of the next frame of a layer; the first is 1.</summary>
    internal ulong NextNumber(int layer) => ++_numbers[layer];

    /// <summary>The numbers of all layers' last frames.</summary>
    internal ReadOnlySpan<ulong> LastNumbers => _numbers;

    /// <summary>Goes on with the numbers and the clock of the node that had the track before.</summary>
    /// <param name="numbers">The numbers of its last frames.</param>
    /// <param name="lead">How far its clock is before that of this node.</param>
    /// <param name="now">The time.</param>
    internal void GoOn(ReadOnlySpan<ulong> numbers, TimeSpan lead, Instant now)
    {
        numbers.CopyTo(_numbers);
        _lead = lead;
        _ledSince = now;
    }

    /// <summary>How far the clock by which its frames are sent is before that of this node: who watches measures how long
    /// they are on their way, and would take another clock for a way that is longer. It moves to this node's.</summary>
    [HotPath]
    internal TimeSpan Lead(Instant now)
    {
        if (_lead == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        var moved = (now - _ledSince).Ticks / TicksToMoveOne;
        return new(Math.Sign(_lead.Ticks) * Math.Max(0, Math.Abs(_lead.Ticks) - moved));
    }

    /// <summary>The number of a layer's last frame; 0 before the first.</summary>
    internal ulong LastNumber(int layer) => _numbers[layer];

    /// <summary>Whether the next frame of a layer says what the track is; then it counts as said.</summary>
    internal bool TakesDescription(int layer, bool isKeyFrame, Instant now)
    {
        if (!isKeyFrame && _describeAt[layer] > now)
        {
            return false;
        }

        _describeAt[layer] = now + DescribeInterval;
        return true;
    }

    /// <summary>When a layer that is watched has to say something although no packet came.</summary>
    internal Instant DescribeAt(int layer) => _describeAt[layer];

    /// <summary>Has the next frame of each layer say what the track is.</summary>
    internal void DescribeSoon() => _describeAt.AsSpan().Fill(Instant.Zero);
}
