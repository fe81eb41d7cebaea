using Edge.Node.MeshLink.Channels;

namespace Edge.Node.MeshLink;

/// <summary>A question of one node to another. Exactly one of its parts is there.</summary>
/// <param name="Version">1. What is only added to a message does not change it.</param>
internal sealed record PeerQuestion(int Version)
{
    /// <summary>What a track of a session is.</summary>
    public TrackQuestion? Track { get; init; }

    /// <summary>What the tracks of a stream are.</summary>
    public StreamQuestion? Stream { get; init; }

    /// <summary>The messages of a data channel.</summary>
    public ChannelQuestion? Channel { get; init; }

    /// <summary>The right to reply in a data channel.</summary>
    public ReplyQuestion? Reply { get; init; }
}
