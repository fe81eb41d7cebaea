using Edge.Mesh.Demand;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Xunit;

namespace Edge.Mesh.Tests.Demand;

/// <summary>Two nodes that watch and one that owns, in virtual time; messages between them arrive at once, or
/// not at all.</summary>
internal sealed class DemandLab
{
    public const string App = "app";

    private readonly byte[] _buffer = new byte[MeshLimits.DemandBytesMax];

    /// <summary>Who has the tracks.</summary>
    public NodeAddress Owner { get; set; } = Key.Owner;

    public static NodeAddress Near { get; } = new(1, 2);

    public static NodeAddress Far { get; } = new(2, 1);

    public static TrackToken Camera { get; } = TrackToken.Create("session", "camera");

    public static TrackToken Voice { get; } = TrackToken.Create("session", "voice");

    public static DemandKey Key { get; } = new(new NodeAddress(1, 1), App);

    public Instant Now { get; private set; } = Instant.Zero;

    public OriginBook Origin { get; } = new(Key.Owner, new PeerPops());

    public WatchBook NearWatch { get; private set; } = new(Near, life: 1);

    public WatchBook FarWatch { get; private set; } = new(Far, life: 1);

    /// <summary>Whether what watchers say is lost.</summary>
    public bool IsCut { get; set; }

    /// <summary>Messages that were said.</summary>
    public int Said { get; private set; }

    /// <summary>What had to be done at the owner.</summary>
    public List<OriginEvent> Origins { get; } = [];

    /// <summary>What had to be done at the watchers.</summary>
    public List<WatchEvent> Watches { get; } = [];

    public CarriedLayers Carried => Origin.Carried(Camera);

    /// <summary>The far node's process starts anew.</summary>
    public void RestartFar() => FarWatch = new WatchBook(Far, life: 2);

    /// <summary>Lets time go by in steps of a millisecond.</summary>
    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        for (; Now < end; Now += TimeSpan.FromMilliseconds(1))
        {
            Drive(NearWatch);
            Drive(FarWatch);
            if (Origin.PollTimeout() <= Now)
            {
                Origin.HandleTimeout(Now);
            }

            TakeOrigin();
        }
    }

    private void Drive(WatchBook watch)
    {
        // As who drives it does: only when it is due.
        if (watch.PollTimeout() <= Now)
        {
            watch.HandleTimeout(Now);
        }

        while (watch.PollEvent(out var happened))
        {
            Watches.Add(happened);
        }

        int length;
        while ((length = watch.PollTransmit(_buffer, Now, out var key)) > 0)
        {
            Assert.Equal(new DemandKey(Owner, App), key);
            Said++;
            if (!IsCut)
            {
                Assert.Equal(
                    MeshParseError.None,
                    MeshDemandReader.TryParse(_buffer.AsSpan(0, length), out var demand)
                );
                Origin.HandleDemand(key, ref demand, Now);
                TakeOrigin();
            }
        }
    }

    private void TakeOrigin()
    {
        while (Origin.PollEvent(out var happened))
        {
            Origins.Add(happened);
        }
    }
}
