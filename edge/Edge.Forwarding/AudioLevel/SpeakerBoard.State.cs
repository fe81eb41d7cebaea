using Edge.Wire.State;

namespace Edge.Forwarding.AudioLevel;

/// <content>What another process needs so that nobody is told anew.</content>
public sealed partial class SpeakerBoard
{
    private const int Values = 6;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        writer.Int(Dominant);
        writer.Moment(_dominantSince);
        writer.Int(_challenger);
        writer.Moment(_challengedSince);
        writer.Bool(_hasForgotten);
        var told = writer.Begin();
        foreach (ref readonly var speaker in Speakers)
        {
            writer.Int(speaker.Key);
            writer.Int(speaker.Level);
        }

        writer.End(told);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense. Tracks have the keys that they had.</summary>
    public static SpeakerBoard? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var board = new SpeakerBoard
        {
            Dominant = (int)reader.Int(int.MinValue, int.MaxValue),
            _dominantSince = reader.Moment(),
            _challenger = (int)reader.Int(int.MinValue, int.MaxValue),
            _challengedSince = reader.Moment(),
            _hasForgotten = reader.Bool(),
        };
        var told = reader.Begin(2 * SpeakersMax, out _);
        while (reader.HasMore)
        {
            board._told[board._toldCount++] = new(
                (int)reader.Int(int.MinValue, int.MaxValue),
                (int)reader.Int(-SpeechMeter.Silence, 0)
            );
        }

        reader.End(told);
        reader.End(outer);
        return reader.IsBroken ? null : board;
    }
}
