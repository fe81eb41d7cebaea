using Edge.Testing.Clients;

namespace Edge.Load;

/// <summary>Times from a packet's making to its arrival, over all viewers.</summary>
internal sealed class Latencies
{
    public LatencyHistogram Video { get; } = new();

    /// <summary>Of each frame's last packet.</summary>
    public LatencyHistogram Frame { get; } = new();

    public LatencyHistogram Audio { get; } = new();

    public void Reset()
    {
        Video.Reset();
        Frame.Reset();
        Audio.Reset();
    }
}
