using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>What a shard knew of a track beside its packets: the life of its layers, and how loud it is.</summary>
/// <param name="Memory">Of the track; empty when it is written elsewhere in the same letter.</param>
/// <param name="Meter">Of its sound; empty without.</param>
internal sealed record TrackKnowledge(byte[] Memory, byte[] Meter)
{
    /// <summary>Writes what a replica knows; nothing without one.</summary>
    public static void Write(StateWriter writer, TrackReplica? replica)
    {
        var group = writer.Begin();
        writer.Part(replica is not null, part => replica!.Track.Write(part));
        writer.Part(replica?.Meter is not null, part => replica!.Meter!.Write(part));
        writer.End(group);
    }

    /// <summary>Reads it.</summary>
    public static TrackKnowledge Read(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 2);
        var memory = reader.Part();
        var meter = reader.Part();
        reader.End(group);
        return new TrackKnowledge(memory, meter);
    }

    /// <summary>Gives it to a replica of the same publisher's track, as far as it is not known there.</summary>
    /// <param name="replica">The replica; threads: its shard.</param>
    /// <param name="readAt">When the letter came.</param>
    /// <param name="now">The time.</param>
    public void GiveTo(TrackReplica replica, Instant readAt, Instant now)
    {
        if (Memory.Length > 0)
        {
            var reader = new StateReader(Memory, readAt);
            if (TrackMemory.TryRead(ref reader) is { } memory)
            {
                _ = replica.Track.TryTake(memory, now);
            }
        }

        if (Meter.Length > 0 && replica.Meter is { } meter)
        {
            var reader = new StateReader(Meter, readAt);
            _ = meter.TryRestore(ref reader);
        }
    }
}
