using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Uplinks;

/// <summary>How much of a published picture anybody can use.</summary>
/// <remarks>
/// A track of one layer: the ceiling of the viewer with the most room. A track of several: what those up to the highest
/// that is wanted take, so that an encoder that gives to the lower ones first switches off the rest. While nobody
/// watches there is no limit: who comes next is to see the best picture at once (NOTES.md).
/// Owner: the thread of the publisher.
/// </remarks>
public sealed partial class TrackLimit
{
    /// <summary>How long a layer is not wanted before its publisher is told. Chosen: viewers that switch back and forth,
    /// and one who leaves before the next comes, cost no start of an encoder.</summary>
    public static readonly TimeSpan LayerPatience = TimeSpan.FromSeconds(5);

    /// <summary>What layers are given beyond what they usually take. Chosen: browsers' next layer needs at least half of
    /// all below it; and what is given beyond goes to the highest that is left, which viewers then have no room
    /// for (Chromium's 360p grew from 500 to 900 kbit/s at 1.2 times the peaks).</summary>
    private const double Headroom = 1.1;

    /// <summary>The part of a new measurement in what layers usually take. Chosen: two seconds, at ten looks in
    /// each.</summary>
    private const double Novelty = 0.05;

    /// <summary>The least for a track. Chosen: below it no encoder makes a picture worth seeing.</summary>
    internal static readonly Bitrate Least = Bitrate.FromKilobits(100);

    /// <summary>What a layer may have a second for each pixel of its pictures, however little it was seen to take: it may
    /// have been a still picture that was seen. Chosen: libwebrtc's own targets are 2.2 to 2.7, and the next layer
    /// needs more than the difference.</summary>
    private const int BitsPerPixel = 2;

    /// <summary>How much more than it was seen to take that may be: an encoder that was set to little, or to few pictures
    /// a second, has its usual to itself. Chosen: a still picture takes a third of a moving one, or less.</summary>
    private const double StillToMoving = 3;

    private readonly Bitrate[] _usual = new Bitrate[Track.LayersMax];
    private PatientLimit _limit = new();
    private int _epoch = -1;

    /// <summary>The limit; <see cref="Bitrate.Unlimited"/> for none.</summary>
    public Bitrate Value => _limit.Value;

    /// <summary>Looks at who watches and at what comes.</summary>
    /// <param name="track">The track where its publisher is.</param>
    /// <param name="audience">Who watches.</param>
    /// <param name="now">The time.</param>
    public void Update(Track track, in TrackAudience audience, Instant now)
    {
        NoteUsual(track);
        if (!audience.IsWatched)
        {
            _limit.Update(Bitrate.Unlimited, TimeSpan.Zero, now);
        }
        else if (track.Layers.Count == 1)
        {
            // Viewers' ceilings have waited already.
            _limit.Update(Bitrate.Max(Least, audience.Ceiling), TimeSpan.Zero, now);
        }
        else if (audience.Layers != 0)
        {
            // Whoever watches and takes no layer just now, as over a way that is full, changes nothing.
            var needed = NeededBy(track.Layers, audience.Layers);
            _limit.Update(needed, LayerPatience, now);
        }
    }

    /// <summary>Notes what layers take while one above them is sent as well: an encoder that fills from below gives them
    /// all they want then. What they take under a limit says nothing.</summary>
    private void NoteUsual(Track track)
    {
        if (_epoch != track.SourceEpoch)
        {
            _epoch = track.SourceEpoch;
            _usual.AsSpan().Clear();
        }

        var isBelow = false;
        for (var place = track.Layers.Count - 1; place >= 0; place--)
        {
            var layer = track.Layers.At(place);
            var rate = track.Layers.Rate(layer);
            if (isBelow && Value == Bitrate.Unlimited && track.Layers.IsLive(layer))
            {
                var usual = _usual[layer];
                _usual[layer] =
                    usual == Bitrate.Zero ? rate : usual * (1 - Novelty) + rate * Novelty;
            }

            isBelow |= track.Layers.IsLive(layer) && rate > Bitrate.Zero;
        }
    }

    /// <summary>What a layer may have although it was seen to take less.</summary>
    private Bitrate LeastOf(LayerSelector layers, int layer) =>
        Bitrate.Min(
            new Bitrate((long)layers.Pixels(layer) * BitsPerPixel),
            _usual[layer] * StillToMoving
        );

    private Bitrate NeededBy(LayerSelector layers, uint wanted)
    {
        var sum = Bitrate.Zero;
        var needed = Bitrate.Unlimited;
        for (var place = 0; place < layers.Count; place++)
        {
            var layer = layers.At(place);
            var isWanted = (wanted >> layer & 1) != 0;
            if (isWanted && (!layers.IsLive(layer) || _usual[layer] == Bitrate.Zero))
            {
                // What it takes is not known before it comes, and too little would keep it from coming.
                return Bitrate.Unlimited;
            }

            sum += isWanted ? Bitrate.Max(_usual[layer], LeastOf(layers, layer)) : _usual[layer];
            needed = isWanted ? sum * Headroom : needed;
        }

        var isBestWanted = layers.Best >= 0 && (wanted >> layers.Best & 1) != 0;
        return isBestWanted ? Bitrate.Unlimited : Bitrate.Max(Least, needed);
    }
}
