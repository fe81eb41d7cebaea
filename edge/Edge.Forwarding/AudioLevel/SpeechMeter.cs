using Edge.Primitives;

namespace Edge.Forwarding.AudioLevel;

/// <summary>Tells from the levels of one audio track whether somebody speaks there.</summary>
/// <remarks>
/// A packet is loud when it stands out from the track's own noise. Loud time gathers and silent time takes away
/// from it: speech begins when enough has gathered, so that a cough is none, and lasts until nothing was
/// loud for <see cref="Hangover"/>, so that the pause between two sentences ends nothing. Time is that of the
/// RTP timestamps: jitter, bursts and gaps of DTX change no duration. The voice bit of RFC 6464 is not looked at:
/// libwebrtc sets it on every packet that is not comfort noise.
/// Units: levels in dBov, 0 loudest, -127 silence (RFC 6464 §3). Threads: one owner.
/// Source: the quantities are those of LiveKit's level detector (-35 dBov for 40 % of 400 ms) and of mediasoup's
/// ActiveSpeakerObserver (levels above the track's minimum); the sum over time is ours.
/// </remarks>
public sealed partial class SpeechMeter
{
    /// <summary>The level of silence (RFC 6464 §3), without its sign.</summary>
    public const byte Silence = 127;

    /// <summary>Silence after which speech is over. Chosen: longer than the pauses within most turns of a
    /// conversation, and shorter than what makes a lamp look stuck.</summary>
    public static readonly TimeSpan Hangover = TimeSpan.FromMilliseconds(800);

    /// <summary>Loud time that has to gather before it is speech. Chosen: a cough's loud part lasts some 200 ms,
    /// and with a packet's way in front of it speech is still seen within 300 ms.</summary>
    private const float OnsetMs = 240;

    /// <summary>Loud time remembered at most. Chosen: speech of a word more than the onset is no more certain.</summary>
    private const float EvidenceMsMax = 400;

    /// <summary>How fast silence takes loud time away, against the time itself. Chosen: the dips between
    /// syllables (about 60 ms in every 200) delay the onset by less than a packet each.</summary>
    private const float ForgettingRate = 0.5f;

    /// <summary>A packet stands for this long at most: the longest Opus frame (RFC 6716 §2.1.4). What lies
    /// beyond was not sent (DTX), hence silent.</summary>
    private const float SoundMsMax = 60;

    /// <summary>A step of the timestamps by more than this, either way, is another clock and not a pause. Chosen:
    /// as the clock jumps of tracks.</summary>
    private const float JumpMs = 5000;

    /// <summary>How far above the noise a packet has to be. Chosen: twice as loud to the ear.</summary>
    private const float MarginDb = 10;

    /// <summary>Nothing softer is loud. Chosen: speech through a browser's gain control is at -15 to -35 dBov.</summary>
    private const float LoudDbMin = -50;

    /// <summary>Everything at least so loud is loud: noise as loud as speech is heard by everybody anyway, and
    /// who speaks without a breath is not to be taken for noise.</summary>
    private const float LoudDbMax = -30;

    /// <summary>The noise of a track of which nothing is known; loud is then -40 dBov, near LiveKit's -35.</summary>
    private const float FirstNoiseDb = -50;

    /// <summary>How fast the noise estimate rises, dB a second. Chosen: a fan that is switched on counts as
    /// speech for under 2 s, and a sentence of 4 s without a dip still stands out.</summary>
    private const float NoiseRise = 6;

    /// <summary>Time constant of its fall. Chosen: the dip between two words is long enough for it.</summary>
    private const float NoiseFallMs = 60;

    /// <summary>Time constant of the loudness. Chosen: a few syllables.</summary>
    private const float LoudnessMs = 500;

    private readonly float _unitsPerMs;
    private uint _timestamp;
    private float _noise = FirstNoiseDb;
    private float _evidenceMs;
    private Instant _spokenUntil = Instant.Zero;

    /// <summary>Makes one that has heard nothing.</summary>
    /// <param name="clockRate">RTP timestamp units per second.</param>
    public SpeechMeter(uint clockRate) => _unitsPerMs = Math.Max(clockRate, 1) / 1000f;

    /// <summary>Whether any level ever came: a track of which none does is not judged.</summary>
    public bool HasHeard { get; private set; }

    /// <summary>Whether the newest packet was loud.</summary>
    public bool IsLoud { get; private set; }

    /// <summary>When a packet was last loud; <see cref="Instant.Zero"/> before the first.</summary>
    public Instant LoudAt { get; private set; } = Instant.Zero;

    /// <summary>How loud the loud packets are, smoothed, in dBov; -127 before the first.</summary>
    public float Loudness { get; private set; } = -Silence;

    /// <summary>Whether somebody speaks.</summary>
    [HotPath]
    public bool IsSpeaking(Instant now) => now < _spokenUntil;

    /// <summary>Whether it is time since anything was loud.</summary>
    [HotPath]
    public bool IsQuietFor(TimeSpan duration, Instant now) =>
        LoudAt == Instant.Zero || now - LoudAt >= duration;

    /// <summary>Takes the level of a packet of sound; true when somebody begins to speak with it. A packet
    /// that is not the newest changes nothing.</summary>
    /// <param name="level">Its level in -dBov, 0 to 127.</param>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="now">When it came.</param>
    [HotPath]
    public bool Handle(byte level, uint timestamp, Instant now)
    {
        var elapsedMs = unchecked((int)(timestamp - _timestamp)) / _unitsPerMs;
        if (!HasHeard || Math.Abs(elapsedMs) > JumpMs)
        {
            elapsedMs = 0;
            _evidenceMs = 0;
            HasHeard = true;
        }
        else if (elapsedMs <= 0)
        {
            return false;
        }

        _timestamp = timestamp;
        float loudness = -Math.Min(level, Silence);
        var soundMs = Math.Min(elapsedMs, SoundMsMax);
        Forget(elapsedMs - soundMs);
        FollowNoise(loudness, soundMs);
        IsLoud = loudness >= Math.Clamp(_noise + MarginDb, LoudDbMin, LoudDbMax);
        if (!IsLoud)
        {
            Forget(soundMs);
            return false;
        }

        return HandleLoud(loudness, soundMs, now);
    }

    /// <summary>Another publisher is heard from now on.</summary>
    public void Restart()
    {
        HasHeard = false;
        IsLoud = false;
        _noise = FirstNoiseDb;
        _evidenceMs = 0;
        _spokenUntil = Instant.Zero;
        LoudAt = Instant.Zero;
    }

    private bool HandleLoud(float loudness, float soundMs, Instant now)
    {
        var wasQuiet = IsQuietFor(Hangover, now);
        LoudAt = now;
        Loudness = wasQuiet
            ? loudness
            : Loudness + (loudness - Loudness) * Math.Min(1, soundMs / LoudnessMs);
        _evidenceMs = Math.Min(EvidenceMsMax, _evidenceMs + soundMs);
        var wasSpeaking = IsSpeaking(now);
        if (wasSpeaking || _evidenceMs >= OnsetMs)
        {
            _spokenUntil = now + Hangover;
        }

        return !wasSpeaking && IsSpeaking(now);
    }

    private void Forget(float silentMs) =>
        _evidenceMs = Math.Max(0, _evidenceMs - silentMs * ForgettingRate);

    /// <summary>The noise falls with every dip and creeps up to what never ends.</summary>
    private void FollowNoise(float loudness, float soundMs) =>
        _noise =
            loudness < _noise
                ? Math.Max(
                    LoudDbMin - MarginDb,
                    _noise + (loudness - _noise) * Math.Min(1, soundMs / NoiseFallMs)
                )
                : Math.Min(loudness, _noise + NoiseRise * soundMs / 1000);
}
