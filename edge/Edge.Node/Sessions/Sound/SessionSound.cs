using Control.Contract.Calls;
using Edge.Forwarding.AudioLevel;
using Edge.Node.Shards;
using Edge.Primitives;

namespace Edge.Node.Sessions.Sound;

/// <summary>What a session hears: the audio tracks that it is sent, who speaks in them, and which of them may
/// pass.</summary>
/// <remarks>Threads: the session's shard. Bounded by the session's sections.</remarks>
internal sealed partial class SessionSound
{
    /// <summary>Least time between two changes that are told. Chosen: five a second are more than anybody
    /// sees.</summary>
    public static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Time between two repetitions with fresh levels, for who asked for them.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);

    private PlayedTrack[] _played = [];
    private HeardTrack[] _heard = [];
    private int _count;
    private bool _hasNews;
    private bool _repeatsLevels;
    private Instant _tellAt = Instant.Zero;
    private Instant _repeatAt = Instant.Zero;

    /// <summary>Makes one that hears nothing.</summary>
    public SessionSound(Session session, AudioChoice choice)
    {
        Session = session;
        Choose(choice);
    }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>Who speaks.</summary>
    public SpeakerBoard Board { get; private set; } = new();

    /// <summary>Which tracks may pass; null when all may.</summary>
    public LoudestGate? Gate { get; private set; }

    /// <summary>Its place in its shard's table, or none while it hears nothing.</summary>
    public int Slot { get; set; } = TimedSlots<SessionSound>.NoSlot;

    /// <summary>Whether it hears nothing.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>The track behind a speaker's number; null when it is heard no more.</summary>
    public PlayedTrack? Find(int key)
    {
        foreach (var played in _played.AsSpan(0, _count))
        {
            if (played.Stream == key)
            {
                return played;
            }
        }

        return null;
    }

    /// <summary>Follows what the session's client wants to hear, from the next packets on.</summary>
    public void Choose(AudioChoice choice)
    {
        _repeatsLevels = choice.RepeatsLevels;
        if (choice.LoudestMax == Gate?.Places)
        {
            return;
        }

        Gate = choice.LoudestMax is { } places ? new LoudestGate(places) : null;
        foreach (var played in _played.AsSpan(0, _count))
        {
            played.Subscription.IsHeldBack = false;
        }
    }

    /// <summary>Hears a track from now on.</summary>
    public void Add(PlayedTrack played, SpeechMeter meter)
    {
        if (_count == _played.Length)
        {
            Array.Resize(ref _played, Math.Max(4, 2 * _count));
            Array.Resize(ref _heard, _played.Length);
        }

        _played[_count] = played;
        _heard[_count++] = new HeardTrack(played.Stream, meter);
    }

    /// <summary>Hears a track no more.</summary>
    public void Remove(PlayedTrack played)
    {
        var at = Array.IndexOf(_played, played, 0, _count);
        if (at < 0)
        {
            return;
        }

        _count--;
        _played[at] = _played[_count];
        _heard[at] = _heard[_count];
        _played[_count] = null!;
        _heard[_count] = default;
        played.Subscription.IsHeldBack = false;
        Board.Forget(played.Stream);
        Gate?.Forget(played.Stream);
    }

    /// <summary>Looks who speaks; true when the client should be told now.</summary>
    [HotPath]
    public bool TryTell(Instant now)
    {
        _hasNews |= Board.Look(_heard.AsSpan(0, _count), now);
        var isRepetition =
            _repeatsLevels && !Board.Speakers.IsEmpty && now >= _repeatAt && !_hasNews;
        if (now < _tellAt || !(_hasNews || isRepetition))
        {
            return false;
        }

        _hasNews = false;
        _tellAt = now + TellInterval;
        _repeatAt = now + RepeatInterval;
        return true;
    }

    /// <summary>When to look again: while anybody speaks, or something is to be told.</summary>
    [HotPath]
    public Instant PollTimeout(Instant now) =>
        _hasNews ? _tellAt
        : Board.Speakers.IsEmpty ? Instant.Never
        : now + TellInterval;
}
