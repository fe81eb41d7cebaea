using Edge.Primitives;

namespace Edge.Forwarding.AudioLevel;

/// <summary>Lets the sound of only so many tracks through to one viewer: those that are spoken in.</summary>
/// <remarks>
/// There are as many places as tracks that may pass. A track keeps its place, loud or not, until another one
/// needs it: the first loud packet takes a place that is free or whose track has been quiet for
/// <see cref="SpeechMeter.Hangover"/>, so that no beginning of a word is lost while fewer speak, and no
/// end. When all places are spoken in, somebody who speaks clearly louder takes that of the softest, and keeps it
/// for <see cref="Stay"/>. Bounded: <see cref="PlacesMax"/> places. Threads: one owner.
/// </remarks>
public sealed partial class LoudestGate
{
    /// <summary>Places at most. Chosen: as many as speakers are told.</summary>
    public const int PlacesMax = SpeakerBoard.SpeakersMax;

    /// <summary>Least time in a place against those who are louder. Chosen: a sentence.</summary>
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(2);

    /// <summary>How much louder one has to be. Chosen: as for the dominant speaker.</summary>
    private const float LouderDb = 6;

    private readonly Place[] _places;
    private int _count;

    /// <summary>Makes one with all places free.</summary>
    /// <param name="places">How many tracks may pass, 1 to <see cref="PlacesMax"/>.</param>
    public LoudestGate(int places) => _places = new Place[Math.Clamp(places, 1, PlacesMax)];

    /// <summary>How many tracks may pass.</summary>
    public int Places => _places.Length;

    /// <summary>Whether a packet passes, with which its track's meter was just fed.</summary>
    [HotPath]
    public bool Admits(in HeardTrack track, Instant now)
    {
        if (IndexOf(track.Key) >= 0)
        {
            return true;
        }

        if (_count < _places.Length)
        {
            _places[_count++] = new(track, now);
            return true;
        }

        var at = track.Meter.IsLoud ? Quietest(now) : -1;
        if (at < 0 && track.Meter.IsSpeaking(now))
        {
            at = Softest(track.Meter.Loudness - LouderDb, now);
        }

        if (at < 0)
        {
            return false;
        }

        _places[at] = new(track, now);
        return true;
    }

    /// <summary>A track is not heard any more, or its number stands for another one: its place is free.</summary>
    public void Forget(int key)
    {
        if (IndexOf(key) is var at and >= 0)
        {
            _places[at] = _places[--_count];
            _places[_count] = default;
        }
    }

    private int IndexOf(int key)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_places[index].Track.Key == key)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The place that has been quiet longest, if any has for the hangover.</summary>
    private int Quietest(Instant now)
    {
        var found = -1;
        for (var index = 0; index < _count; index++)
        {
            var meter = _places[index].Track.Meter;
            if (
                meter.IsQuietFor(SpeechMeter.Hangover, now)
                && (found < 0 || meter.LoudAt < _places[found].Track.Meter.LoudAt)
            )
            {
                found = index;
            }
        }

        return found;
    }

    /// <summary>The place with the softest speaker, if it is softer than a level and was there long enough.</summary>
    private int Softest(float loudnessMax, Instant now)
    {
        var found = -1;
        foreach (ref readonly var place in _places.AsSpan(0, _count))
        {
            if (now - place.Since >= Stay && place.Track.Meter.Loudness <= loudnessMax)
            {
                loudnessMax = place.Track.Meter.Loudness;
                found = IndexOf(place.Track.Key);
            }
        }

        return found;
    }

    private readonly record struct Place(HeardTrack Track, Instant Since);
}
