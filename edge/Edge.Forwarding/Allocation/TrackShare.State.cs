using Edge.Forwarding.State;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Forwarding.Allocation;

/// <content>What another process needs to divide as before. What can be had is read from the track there, and that there is
/// a ceiling is news there.</content>
public sealed partial class TrackShare
{
    private const int Values = 10;

    /// <summary>Writes it.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(IsSound);
        writer.Int(Priority);
        writer.AddedRate(Minimum);
        writer.Int(Current);
        writer.Int(CurrentStep.Layer);
        writer.Int(CurrentStep.Spatial);
        writer.Int(CurrentStep.Temporal);
        writer.Moment(ShortSince);
        _ceiling.Write(writer);
        _memory.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    internal static TrackShare Read(ref StateReader reader, Subscription subscription)
    {
        var outer = reader.BeginWhole(Values);
        var share = new TrackShare(subscription, reader.Bool())
        {
            Priority = (int)reader.Int(int.MinValue, int.MaxValue),
            Minimum = reader.AddedRate(),
            Current = (int)reader.Int(None, LayerSteps.StepsMax - 1),
            CurrentStep = new LayerStep(
                (sbyte)reader.Layer(),
                Bitrate.Zero,
                (sbyte)reader.Layer(),
                (sbyte)reader.Layer()
            ),
            ShortSince = reader.Moment(),
            HasNewCeiling = true,
        };
        share._ceiling = RateCeiling.Read(ref reader);
        share._memory = StepMemory.Read(ref reader);
        reader.End(outer);
        return share;
    }
}
