using Edge.Node.HandOver.State;
using Edge.Node.Sessions;

namespace Edge.Node.HandOver.Taking;

/// <summary>What a letter says of tracks, for every shard that gets viewers of them out of it.</summary>
/// <remarks>Threads: filled by one before shards are given it, then read by any.</remarks>
internal sealed class GroupKnowledge
{
    private readonly Dictionary<StreamTrack, TrackKnowledge> _tracks = [];

    /// <summary>Notes what is known of a track; what comes first holds.</summary>
    public void Add(StreamTrack track, TrackKnowledge knowledge)
    {
        if (knowledge.Memory.Length > 0)
        {
            _ = _tracks.TryAdd(track, knowledge);
        }
    }

    /// <summary>What is known of a track; null when nothing is.</summary>
    public TrackKnowledge? Find(StreamTrack track) => _tracks.GetValueOrDefault(track);
}
