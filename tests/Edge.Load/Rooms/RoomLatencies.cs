using Edge.Testing.Clients;

namespace Edge.Load.Rooms;

/// <summary>Times from a packet's making to its arrival, over all viewers of one kind.</summary>
internal sealed class RoomLatencies
{
    public LatencyHistogram Video { get; } = new();

    public LatencyHistogram Audio { get; } = new();

    public void Reset()
    {
        Video.Reset();
        Audio.Reset();
    }
}
