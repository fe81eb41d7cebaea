using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <summary>A track of this node that others may watch: what leaves of it, and what was said of it.</summary>
/// <remarks>Threads: the mesh's, but for what is immutable.</remarks>
internal sealed class ExportedTrack
{
    /// <summary>How often frames say again what the track is. Chosen: whoever missed it waits no longer than
    /// for a key frame.</summary>
    public static readonly TimeSpan DescribeInterval = TimeSpan.FromSeconds(1);

    private readonly OpenFrame[] _open;
    private readonly ulong[] _numbers;
    private readonly Instant[] _describeAt;
    private readonly string[] _subjects;

    /// <summary>Makes one that nobody watches.</summary>
    public ExportedTrack(TrackToken token, string app, StreamTrack stream)
    {
        Token = token;
        App = app;
        Stream = stream;
        _open = new OpenFrame[Forwarding.Tracks.Track.LayersMax];
        _numbers = new ulong[_open.Length];
        _describeAt = new Instant[_open.Length];
        _subjects = new string[_open.Length];
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

    /// <summary>The track.</summary>
    public StreamTrack Stream { get; }

    /// <summary>What others watch of it.</summary>
    public CarriedLayers Carried { get; set; }

    /// <summary>How its layers were when a shard last said so; null before.</summary>
    public LayerSnapshot? Layers { get; set; }

    /// <summary>When its shard is asked again how its layers are; never while nobody watches.</summary>
    public Instant AskAt { get; set; } = Instant.Never;

    /// <summary>The source that <see cref="Description"/> is of.</summary>
    public TrackSource? Described { get; set; }

    /// <summary>What is said of the source.</summary>
    public byte[] Description { get; set; } = [];

    /// <summary>The subject of a layer.</summary>
    public string Subject(int layer) => _subjects[layer];

    /// <summary>Packets of a layer that wait for their picture's last.</summary>
    public OpenFrame Open(int layer) => _open[layer];

    /// <summary>What goes to single nodes out of the cache.</summary>
    public Dictionary<(NodeAddress Watcher, int Layer), OpenFrame> Replays { get; } = [];

    /// <summary>The number of the next frame of a layer; the first is 1.</summary>
    public ulong NextNumber(int layer) => ++_numbers[layer];

    /// <summary>Whether the next frame of a layer says what the track is; then it counts as said.</summary>
    public bool TakesDescription(int layer, bool isKeyFrame, Instant now)
    {
        if (!isKeyFrame && _describeAt[layer] > now)
        {
            return false;
        }

        _describeAt[layer] = now + DescribeInterval;
        return true;
    }

    /// <summary>When a layer that is watched has to say something although no packet came.</summary>
    public Instant DescribeAt(int layer) => _describeAt[layer];

    /// <summary>Has the next frame of each layer say what the track is.</summary>
    public void DescribeSoon() => _describeAt.AsSpan().Fill(Instant.Zero);
}
