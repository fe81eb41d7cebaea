using Edge.Mesh.Paths;
using Edge.Primitives;

namespace Edge.Mesh.Peers;

/// <summary>What went between this node and one other PoP since this node's start, and how that is now.</summary>
/// <remarks>Threads: any may count and read; gauges are their owner's to change.</remarks>
public sealed class PeerPop
{
    private static readonly int States = Enum.GetValues<PathState>().Length;

    private readonly int[] _paths = new int[States];
    private long _framesIn;
    private long _packetsIn;
    private long _bytesIn;
    private long _framesLost;
    private long _framesRepaired;
    private long _framesTooLate;
    private long _framesOut;
    private long _packetsOut;
    private long _bytesOut;
    private long _keyFramesWanted;
    private int _tracksIn;
    private int _tracksOut;
    private long _roundTripTicks;

    /// <summary>Makes one of which nothing came yet.</summary>
    /// <param name="number">The number of the PoP; null for all those that had no place of their own.</param>
    internal PeerPop(ushort? number) => Number = number;

    /// <summary>The number of the PoP; null for all those that had no place of their own.</summary>
    public ushort? Number { get; }

    /// <summary>Frames that came.</summary>
    public long FramesIn => Volatile.Read(ref _framesIn);

    /// <summary>Packets in them.</summary>
    public long PacketsIn => Volatile.Read(ref _packetsIn);

    /// <summary>Bytes of them.</summary>
    public long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Frames that were missing when a later one came. Some still come (<see cref="FramesRepaired"/>).</summary>
    public long FramesLost => Volatile.Read(ref _framesLost);

    /// <summary>Frames that had been missing and came in time nevertheless.</summary>
    public long FramesRepaired => Volatile.Read(ref _framesRepaired);

    /// <summary>Frames that came too late to be worth anything.</summary>
    public long FramesTooLate => Volatile.Read(ref _framesTooLate);

    /// <summary>Frames that were sent for it.</summary>
    public long FramesOut => Volatile.Read(ref _framesOut);

    /// <summary>Packets in them.</summary>
    public long PacketsOut => Volatile.Read(ref _packetsOut);

    /// <summary>Bytes of them.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>Key frames that were asked of its nodes.</summary>
    public long KeyFramesWanted => Volatile.Read(ref _keyFramesWanted);

    /// <summary>Its tracks that are watched here.</summary>
    public int TracksIn => Volatile.Read(ref _tracksIn);

    /// <summary>Tracks of this node that are watched there.</summary>
    public int TracksOut => Volatile.Read(ref _tracksOut);

    /// <summary>How long a question and its answer took when that was tried last; null before.</summary>
    public TimeSpan? RoundTrip
    {
        get
        {
            var ticks = Volatile.Read(ref _roundTripTicks);
            return ticks == 0 ? null : new TimeSpan(ticks);
        }
    }

    /// <summary>Its nodes to which the way is in a state.</summary>
    public int Paths(PathState state) => Volatile.Read(ref _paths[(int)state]);

    /// <summary>A frame came.</summary>
    [HotPath]
    public void NoteIn(int bytes, int packets)
    {
        Interlocked.Increment(ref _framesIn);
        Interlocked.Add(ref _packetsIn, packets);
        Interlocked.Add(ref _bytesIn, bytes);
    }

    /// <summary>A frame for it was given to the bus.</summary>
    [HotPath]
    public void NoteOut(int bytes, int packets)
    {
        Interlocked.Increment(ref _framesOut);
        Interlocked.Add(ref _packetsOut, packets);
        Interlocked.Add(ref _bytesOut, bytes);
    }

    /// <summary>Frames are missing before one that came.</summary>
    [HotPath]
    public void NoteLost(int frames) => Interlocked.Add(ref _framesLost, frames);

    /// <summary>One that was missing came.</summary>
    [HotPath]
    public void NoteRepaired() => Interlocked.Increment(ref _framesRepaired);

    /// <summary>One came too late.</summary>
    [HotPath]
    public void NoteTooLate() => Interlocked.Increment(ref _framesTooLate);

    /// <summary>A key frame is asked for.</summary>
    public void NoteKeyFrameWanted() => Interlocked.Increment(ref _keyFramesWanted);

    /// <summary>A question and its answer took so long.</summary>
    public void NoteRoundTrip(TimeSpan took) =>
        Volatile.Write(ref _roundTripTicks, Math.Max(1, took.Ticks));

    /// <summary>So many more of its tracks are watched here, or less.</summary>
    internal void AddTracksIn(int more) => Interlocked.Add(ref _tracksIn, more);

    /// <summary>So many more tracks of this node are watched there, or less.</summary>
    internal void AddTracksOut(int more) => Interlocked.Add(ref _tracksOut, more);

    /// <summary>So many more of its nodes have a way in a state, or less.</summary>
    internal void AddPaths(PathState state, int more) =>
        Interlocked.Add(ref _paths[(int)state], more);
}
