using System.Collections.Immutable;
using Edge.Node.Shards;

namespace Edge.Node.Telemetry;

/// <summary>Whether every media thread still turns. A turn comes every half second at the latest, with nothing to do, too.</summary>
/// <remarks>Threads: one at a time.</remarks>
public sealed class ShardPulse
{
    private readonly ImmutableArray<Shard> _shards;
    private readonly long[] _turns;

    internal ShardPulse(ImmutableArray<Shard> shards)
    {
        _shards = shards;
        _turns = new long[shards.Length];
        Array.Fill(_turns, -1);
    }

    /// <summary>Whether each of them has turned since the last look; at the first one they have.</summary>
    public bool Look()
    {
        var haveTurned = true;
        for (var index = 0; index < _turns.Length; index++)
        {
            var turns = Volatile.Read(in _shards[index].Stats.Turns);
            haveTurned &= turns != _turns[index];
            _turns[index] = turns;
        }

        return haveTurned;
    }
}
