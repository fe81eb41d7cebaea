using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Forwarding.AudioLevel;

/// <content>What another process needs to know whether somebody speaks.</content>
public sealed partial class SpeechMeter
{
    private const int Values = 8;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        writer.Bool(HasHeard);
        writer.Bool(IsLoud);
        writer.Moment(LoudAt == Instant.Zero ? Instant.Never : LoudAt);
        writer.Moment(_spokenUntil == Instant.Zero ? Instant.Never : _spokenUntil);
        writer.Number(Loudness);
        writer.Number(_noise);
        writer.Number(_evidenceMs);
        writer.UInt(_timestamp);
        writer.End(outer);
    }

    /// <summary>Goes on where one of the same track was in another process, unless anything was heard here already.</summary>
    /// <returns>False, and nothing changes, when it makes no sense.</returns>
    public bool TryRestore(ref StateReader reader)
    {
        var outer = reader.Begin(int.MaxValue, out var values);
        var hasHeard = reader.Bool();
        var isLoud = reader.Bool();
        var loudAt = MomentOf(reader.Moment());
        var spokenUntil = MomentOf(reader.Moment());
        var loudness = reader.Number();
        var noise = reader.Number();
        var evidence = reader.Number();
        var timestamp = reader.UInt32();
        reader.End(outer);
        var makesSense =
            !reader.IsBroken
            && values >= Values
            && IsLevel(loudness)
            && IsLevel(noise)
            && evidence is >= 0 and <= EvidenceMsMax;
        if (!makesSense || HasHeard)
        {
            return makesSense;
        }

        HasHeard = hasHeard;
        IsLoud = isLoud;
        LoudAt = loudAt;
        _spokenUntil = spokenUntil;
        Loudness = (float)loudness;
        _noise = (float)noise;
        _evidenceMs = (float)evidence;
        _timestamp = timestamp;
        return true;
    }

    private static bool IsLevel(double level) => level is >= -Silence and <= 0;

    /// <summary>Zero means never here; what happened at that very moment happened a tick later.</summary>
    private static Instant MomentOf(Instant read) =>
        !read.IsSet ? Instant.Zero
        : read == Instant.Zero ? new Instant(1)
        : read;
}
