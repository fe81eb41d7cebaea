using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Uplinks;

/// <summary>How much of what one publisher sends anybody can use: its tracks' limits and its sound.</summary>
/// <remarks>
/// Looked at each <see cref="Interval"/> while anything comes of the publisher: between <see cref="Begin"/> and
/// <see cref="End"/> each of its tracks is added. Owner: the thread of the publisher.
/// </remarks>
public sealed class UplinkLimit
{
    /// <summary>Time between two looks. Chosen: a tenth of what a viewer waits for; the look costs some reads of
    /// memory.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What a sound is given at least: it may be silent now. Chosen: browsers' Opus with all its headers, and
    /// as much again for redundancy.</summary>
    internal static readonly Bitrate Sound = Bitrate.FromKilobits(64);

    /// <summary>A track from which nothing came for so long takes nothing. Chosen: longer than a slide's pictures are
    /// apart.</summary>
    private static readonly TimeSpan SilentAge = TimeSpan.FromSeconds(2);

    private Instant _dueAt = Instant.Zero;
    private Bitrate _sum;
    private bool _isUnlimited;
    private bool _hasPictures;

    /// <summary>Whether it is time to look.</summary>
    [HotPath]
    public bool IsDue(Instant now) => now >= _dueAt;

    /// <summary>Begins a look.</summary>
    public void Begin(Instant now)
    {
        _dueAt = now + Interval;
        _sum = Bitrate.Zero;
        _isUnlimited = false;
        _hasPictures = false;
    }

    /// <summary>Adds a track.</summary>
    /// <param name="track">The track where its publisher is.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="audience">Who watches it.</param>
    /// <param name="lastMediaAt">When something came of it last.</param>
    /// <param name="now">The time.</param>
    public void Add(
        Track track,
        TrackLimit limit,
        in TrackAudience audience,
        Instant lastMediaAt,
        Instant now
    )
    {
        if (track.Description.Kind == MediaKind.Audio)
        {
            _sum += Bitrate.Max(Sound, track.Layers.Count > 0 ? track.Layers.Rate(0) : default);
            return;
        }

        limit.Update(track, audience, now);
        if (!lastMediaAt.IsSet || now - lastMediaAt > SilentAge)
        {
            return;
        }

        _hasPictures = true;
        _isUnlimited |= limit.Value == Bitrate.Unlimited;
        _sum += _isUnlimited ? Bitrate.Zero : limit.Value;
    }

    /// <summary>Ends a look: the most that the publisher should send, or <see cref="Bitrate.Unlimited"/>.</summary>
    public Bitrate End() => _isUnlimited || !_hasPictures ? Bitrate.Unlimited : _sum;
}
