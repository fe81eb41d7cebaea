namespace Edge.Forwarding.LayerSelection;

/// <summary>How often a layer has pictures, and after how long a silence it is dead.</summary>
/// <remarks>Times are those of <see cref="LayerSelector"/>'s line, on which a publisher that sends nothing at all
/// hardly ages. The interval follows a longer gap at once and shorter ones slowly: a lost picture or jitter is not
/// forgotten before it may come again. A gap that was taken for death is none of its intervals; a short one teaches for
/// good: an encoder that pauses now and then does so again (<see cref="SilenceMinTaught"/>).</remarks>
internal partial struct LayerCadence
{
    /// <summary>Intervals without a picture after which a layer is dead. Chosen: two pictures lost in a row, and one
    /// that an encoder leaves out, are none.</summary>
    internal const int MissedMax = 4;

    /// <summary>The shortest silence that is death. Chosen: encoders leave pictures of a layer out for as long to pay
    /// for a large one, and with a key frame that nobody answers for (300 ms) less than a second is gone.</summary>
    internal static readonly TimeSpan SilenceMin = TimeSpan.FromMilliseconds(400);

    /// <summary>The most to which the shortest silence that is death grows by deaths that were none. Chosen: with a key
    /// frame that nobody answers for less than a second is gone.</summary>
    internal static readonly TimeSpan SilenceMinTaught = TimeSpan.FromMilliseconds(650);

    /// <summary>A layer that comes back within this only paused; later, it was off.</summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <summary>The longest silence of a layer that lives. Chosen: a still screen is sent once a second, and some of
    /// that is lost.</summary>
    internal static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(5);

    /// <summary>Gaps that have to be seen before they say something.</summary>
    private const int GapsMin = 4;

    /// <summary>The part of the difference by which a shorter gap counts.</summary>
    private const int Smoothing = 16;

    private TimeSpan _beganAt;
    private TimeSpan _interval;
    private TimeSpan _taught;
    private int _pictures;

    /// <summary>The silence after which it is dead.</summary>
    /// <param name="unknown">What it is while too little was seen.</param>
    public readonly TimeSpan Patience(TimeSpan unknown)
    {
        if (_pictures <= GapsMin)
        {
            return unknown;
        }

        var least = _taught > SilenceMin ? _taught : SilenceMin;
        var silence = _interval * MissedMax;
        return silence < least ? least
            : silence > SilenceMax ? SilenceMax
            : silence;
    }

    /// <summary>A picture begins.</summary>
    public void HandlePicture(TimeSpan at)
    {
        if (_pictures > 0)
        {
            var gap = at - _beganAt;
            if (gap <= Patience(TimeSpan.MaxValue))
            {
                _interval = gap > _interval ? gap : _interval - (_interval - gap) / Smoothing;
            }
            else if (gap <= PauseMax)
            {
                var longer = gap + gap / 4;
                _taught = longer < SilenceMinTaught ? longer : SilenceMinTaught;
            }
        }

        _beganAt = at;
        _pictures = Math.Min(_pictures + 1, GapsMin + 1);
    }
}
