using Edge.Primitives;

namespace Edge.Forwarding.AudioLevel;

/// <summary>Who speaks among the tracks that one viewer hears, the dominant one first.</summary>
/// <remarks>
/// Who speaks is what the meters say. The dominant speaker stays it while others only interject: another one has
/// to go on speaking when it pauses, or to be clearly louder for a while. Bounded: <see cref="SpeakersMax"/>
/// speakers, the loudest. Threads: one owner.
/// Source: the wish for one dominant speaker that short sounds do not take away is that of Volfin and Cohen,
/// "Dominant speaker identification for multipoint videoconferencing"; mediasoup and Jitsi follow its
/// scores, which need levels of every 20 ms; two thresholds of time and loudness do here.
/// </remarks>
public sealed partial class SpeakerBoard
{
    /// <summary>Speakers that are told at most. Chosen: more voices at once nobody tells apart.</summary>
    public const int SpeakersMax = 16;

    /// <summary>No track.</summary>
    public const int Nobody = -1;

    /// <summary>Pause after which who speaks on becomes dominant. Chosen: twice the pause between two
    /// words, and half the hangover.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>How long another one has to be louder. Chosen: longer than agreement ("yes, right").</summary>
    private static readonly TimeSpan Takeover = TimeSpan.FromMilliseconds(1500);

    /// <summary>Least time between two dominant speakers while the former still speaks. Chosen: pictures that
    /// change faster cannot be followed.</summary>
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(1);

    /// <summary>How much louder. Chosen: the difference of two distances from a microphone, one twice the
    /// other.</summary>
    private const float LouderDb = 6;

    private readonly HeardTrack[] _speaking = new HeardTrack[SpeakersMax];
    private readonly ActiveSpeaker[] _told = new ActiveSpeaker[SpeakersMax];
    private int _count;
    private int _toldCount;
    private Instant _dominantSince = Instant.Zero;
    private Instant _challengedSince = Instant.Never;
    private int _challenger = Nobody;
    private bool _hasForgotten;

    /// <summary>The dominant speaker's track, or <see cref="Nobody"/>.</summary>
    public int Dominant { get; private set; } = Nobody;

    /// <summary>Who spoke at the last look, the dominant one first, the others by loudness; valid until the
    /// next look.</summary>
    public ReadOnlySpan<ActiveSpeaker> Speakers => _told.AsSpan(0, _toldCount);

    /// <summary>Looks who speaks; true when it is somebody else, or somebody else is dominant.</summary>
    [HotPath]
    public bool Look(ReadOnlySpan<HeardTrack> heard, Instant now)
    {
        Collect(heard, now);
        var hasChanged = ChooseDominant(now);
        hasChanged |= _hasForgotten || _count != _toldCount;
        _hasForgotten = false;
        for (var index = 0; index < _count && !hasChanged; index++)
        {
            hasChanged = !IsTold(_speaking[index].Key);
        }

        Note();
        return hasChanged;
    }

    /// <summary>A track is not heard any more, or its number stands for another one.</summary>
    public void Forget(int key)
    {
        _hasForgotten |= IsTold(key);
        if (Dominant == key)
        {
            Dominant = Nobody;
        }
    }

    /// <summary>Keeps the loudest of those who speak, loudest first.</summary>
    private void Collect(ReadOnlySpan<HeardTrack> heard, Instant now)
    {
        _count = 0;
        foreach (ref readonly var track in heard)
        {
            if (track.Meter.IsSpeaking(now))
            {
                Insert(track);
            }
        }
    }

    private void Insert(in HeardTrack track)
    {
        var loudness = Rank(track);
        var at = _count;
        while (at > 0 && Rank(_speaking[at - 1]) < loudness)
        {
            at--;
        }

        if (at == SpeakersMax)
        {
            return;
        }

        _count = Math.Min(_count + 1, SpeakersMax);
        for (var index = _count - 1; index > at; index--)
        {
            _speaking[index] = _speaking[index - 1];
        }

        _speaking[at] = track;
    }

    /// <summary>Who was told stays told as long as nobody is clearly louder; the dominant one always does.</summary>
    private float Rank(in HeardTrack track) =>
        track.Key == Dominant ? 0
        : IsTold(track.Key) ? track.Meter.Loudness + LouderDb
        : track.Meter.Loudness;

    private bool IsTold(int key)
    {
        foreach (ref readonly var told in Speakers)
        {
            if (told.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    private bool ChooseDominant(Instant now)
    {
        var before = Dominant;
        var at = IndexOf(Dominant);
        if (at < 0)
        {
            Dominant = Loudest(except: Nobody);
        }
        else if (now - _dominantSince >= Dwell)
        {
            Challenge(_speaking[at].Meter, now);
        }

        if (Dominant == before)
        {
            return false;
        }

        _dominantSince = now;
        _challenger = Nobody;
        return true;
    }

    private void Challenge(SpeechMeter dominant, Instant now)
    {
        var challenger = Loudest(except: Dominant);
        if (challenger == Nobody)
        {
            _challenger = Nobody;
            return;
        }

        var other = _speaking[IndexOf(challenger)].Meter;
        if (dominant.IsQuietFor(Pause, now) && !other.IsQuietFor(Pause, now))
        {
            Dominant = challenger;
            return;
        }

        if (other.Loudness < dominant.Loudness + LouderDb)
        {
            _challenger = Nobody;
        }
        else if (_challenger != challenger)
        {
            _challenger = challenger;
            _challengedSince = now;
        }
        else if (now - _challengedSince >= Takeover)
        {
            Dominant = challenger;
        }
    }

    private int Loudest(int except)
    {
        var loudest = Nobody;
        var loudness = float.MinValue;
        for (var index = 0; index < _count; index++)
        {
            ref readonly var track = ref _speaking[index];
            if (track.Key != except && track.Meter.Loudness > loudness)
            {
                loudest = track.Key;
                loudness = track.Meter.Loudness;
            }
        }

        return loudest;
    }

    private int IndexOf(int key)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_speaking[index].Key == key)
            {
                return index;
            }
        }

        return -1;
    }

    private void Note()
    {
        _toldCount = 0;
        Note(IndexOf(Dominant));
        for (var index = 0; index < _count; index++)
        {
            if (_speaking[index].Key != Dominant)
            {
                Note(index);
            }
        }
    }

    private void Note(int index)
    {
        if (index >= 0)
        {
            ref readonly var track = ref _speaking[index];
            _told[_toldCount++] = new(track.Key, (int)MathF.Round(track.Meter.Loudness));
        }
    }
}
