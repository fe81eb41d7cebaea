using Edge.Primitives;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>Viewers, and a TCP flow at times, behind one bottleneck.</summary>
internal sealed class SharedWorld
{
    private readonly TimeSpan _back;
    private TcpFlow? _flow;

    public SharedWorld(PathConditions conditions, ulong seed, int viewers)
    {
        _back = conditions.Delay;
        Path = new Bottleneck(conditions, Prng.FromNumber(seed));
        Viewers =
        [
            .. Enumerable
                .Range(1, viewers)
                .Select(index => new ViewerWorld(conditions, seed + (ulong)index * 1000, Path)),
        ];
    }

    public Bottleneck Path { get; }

    public ViewerWorld[] Viewers { get; }

    /// <summary>What the flow took so far.</summary>
    public long FlowBytes => _flow?.ReceivedBytes ?? 0;

    public void StartFlow() => _flow = new TcpFlow(Path, _back);

    public void StopFlow() => _flow = null;

    public void Run(TimeSpan duration)
    {
        for (var ms = 0; ms < duration.TotalMilliseconds; ms++)
        {
            _flow?.Step(Viewers[0].Now);
            foreach (var viewer in Viewers)
            {
                viewer.Step();
            }
        }
    }
}
