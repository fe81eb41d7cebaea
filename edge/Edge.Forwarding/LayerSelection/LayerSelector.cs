using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.LayerSelection;

/// <summary>Knows which simulcast layers of a track are alive and which of them is better.</summary>
/// <remarks>
/// The order of rids in an offer says nothing reliable: browsers and encoders list them either way. So
/// the order is found by picture size where both are known (layers allocation, or the key frame's
/// header), else by the rate measured over the last second, else by index. A measured order
/// changes only when a layer was a fifth faster for <see cref="VotesToReorder"/> checks in a row:
/// still pictures make rates of layers meet.
/// A layer is dead when the publisher says that it is not sent, or when nothing came for a few of its own
/// intervals (<see cref="LayerCadence"/>) while another layer went on; a publisher that is silent altogether
/// kills none, so silence is measured on a line on which all layers' common silence counts little
/// (<see cref="StallMax"/>). What the publisher said gives way to a key frame of that layer which comes <see cref="BelievedAge"/> later: that
/// is no packet on its way any more, and the word that the layer is back comes behind its packet.
/// Where only the layers come that somebody watches, silence says nothing: there the node that takes the
/// packets tells what lives (<see cref="HandleTold"/>), and its word stands.
/// </remarks>
public sealed partial class LayerSelector
{
    /// <summary>Time between checks of rates.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Checks a better rate has to last. Chosen: one second.</summary>
    public const int VotesToReorder = 4;

    /// <summary>How long a layer that was said to be off cannot come back by a key frame. Chosen:
    /// reordering and a round of repair.</summary>
    public static readonly TimeSpan BelievedAge = TimeSpan.FromMilliseconds(250);

    /// <summary>What a time without any packet counts at most. Chosen: less than the shortest silence of one layer
    /// that is death (<see cref="LayerCadence.SilenceMin"/>), so that the first packets after a stall kill none;
    /// longer than between the pictures of a slow layer.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromMilliseconds(250);

    private const double FasterBy = 1.2;

    private readonly Layer[] _layers = new Layer[Track.LayersMax];
    private readonly int[] _order = new int[Track.LayersMax];
    private readonly TimeSpan _deadAge;
    private Instant _newestAt = Instant.Never;
    private Instant _checkedAt = Instant.Never;
    private TimeSpan _line;
    private int _count;

    /// <summary>Makes one without layers.</summary>
    /// <param name="deadAge">Silence after which a layer is dead of which too few pictures were seen to know how
    /// often it has some.</param>
    public LayerSelector(TimeSpan deadAge)
    {
        _deadAge = deadAge;
    }

    /// <summary>How many layers the publisher has.</summary>
    public int Count => _count;

    /// <summary>Forgets all: another publisher with so many layers came.</summary>
    public void Restart(int layers)
    {
        Array.Clear(_layers);
        for (var index = 0; index < _order.Length; index++)
        {
            _order[index] = index;
        }

        _count = layers;
        _newestAt = Instant.Never;
        _checkedAt = Instant.Never;
        _line = TimeSpan.Zero;
    }

    /// <summary>The best layer, whether it lives or not; -1 without layers.</summary>
    public int Best => _count > 0 ? _order[_count - 1] : -1;

    /// <summary>Whether packets of a layer are coming.</summary>
    public bool IsLive(int layer) => (uint)layer < (uint)_count && _layers[layer].IsLive;

    /// <summary>The rate of a layer over the last second, or what was told of it.</summary>
    public Bitrate Rate(int layer) => _layers[layer].Rate;

    /// <summary>The layer at a place in the order of quality, 0 the worst.</summary>
    public int At(int place) => _order[place];

    /// <summary>The last rate that was measured or told of a layer while it lived; zero when it never did.</summary>
    public Bitrate LastRate(int layer) => _layers[layer].LastRate;

    /// <summary>The size of a layer's pictures in pixels; 0 when unknown.</summary>
    public int Pixels(int layer) => _layers[layer].Pixels;

    /// <summary>The best live layer, or the preferred one when it lives; a dead preferred one gives way
    /// to the best live one below it, else above it. -1 when none lives.</summary>
    [HotPath]
    public int Choose(int preferred)
    {
        var below = -1;
        var best = -1;
        var isBelow = true;
        for (var place = 0; place < _count; place++)
        {
            var layer = _order[place];
            isBelow &= layer != preferred;
            if (!_layers[layer].IsLive)
            {
                continue;
            }

            if (layer == preferred)
            {
                return layer;
            }

            best = layer;
            below = isBelow ? layer : below;
        }

        return preferred >= 0 && below >= 0 ? below : best;
    }

    /// <summary>Records a packet; true when its layer came to life.</summary>
    [HotPath]
    public bool HandlePacket(int layer, int bytes, Instant now)
    {
        ref var state = ref _layers[layer];
        MoveLine(now);
        state.LastAt = _line;
        state.Bytes += bytes;
        if (!_checkedAt.IsSet)
        {
            _checkedAt = now;
        }
        else if (_count == 1 && now - _checkedAt >= CheckInterval)
        {
            // A track of one layer needs no timer: there is nothing to choose.
            Measure(ref state, now - _checkedAt);
            _checkedAt = now;
        }

        if (state.IsLive || state.IsSwitchedOff || state.IsTold)
        {
            return false;
        }

        state.IsLive = true;
        return true;
    }

    /// <summary>Records that a layer's next picture begins, after its packet; true when another layer is dead by
    /// that.</summary>
    [HotPath]
    public bool HandlePicture(int layer)
    {
        _layers[layer].Cadence.HandlePicture(_line);
        var hasChanged = false;
        for (var index = 0; index < _count; index++)
        {
            ref var other = ref _layers[index];
            if (
                other.IsLive
                && !other.IsTold
                && _line - other.LastAt > other.Cadence.Patience(_deadAge)
            )
            {
                other.IsLive = false;
                hasChanged = true;
            }
        }

        return hasChanged;
    }

    /// <summary>Records what is known of a layer's pictures; true when choices may change.</summary>
    public bool HandleSize(int layer, int pixels)
    {
        if (pixels <= 0 || _layers[layer].Pixels == pixels)
        {
            return false;
        }

        _layers[layer].Pixels = pixels;
        return Sort();
    }

    /// <summary>Records whether the publisher says it sends a layer; true when choices may change.</summary>
    public bool HandleActivity(int layer, bool isActive, Instant now)
    {
        ref var state = ref _layers[layer];
        state.IsSwitchedOff = !isActive;
        state.SwitchedOffAt = now;
        if (isActive || !state.IsLive)
        {
            return false;
        }

        state.IsLive = false;
        return true;
    }

    /// <summary>Records what another node says of a layer whose packets it takes; true when choices may
    /// change.</summary>
    public bool HandleTold(int layer, bool isLive, int pixels, Bitrate rate)
    {
        ref var state = ref _layers[layer];
        var hasChanged = state.IsLive != isLive;
        state.IsTold = true;
        state.IsLive = isLive;
        state.ToldRate = rate;
        state.LastRate = isLive ? rate : state.LastRate;
        if (pixels > 0)
        {
            state.Pixels = pixels;
        }

        return Sort() | hasChanged;
    }

    /// <summary>Records a key frame of a layer, before its packet.</summary>
    [HotPath]
    public void HandleKeyFrame(int layer, Instant now)
    {
        ref var state = ref _layers[layer];
        state.IsSwitchedOff &= now - state.SwitchedOffAt <= BelievedAge;
    }

    /// <summary>Checks rates; true when choices may change.</summary>
    public bool HandleTimeout(Instant now)
    {
        if (!_checkedAt.IsSet || now < _checkedAt + CheckInterval)
        {
            return false;
        }

        var elapsed = now - _checkedAt;
        _checkedAt = now;
        for (var index = 0; index < _count; index++)
        {
            Measure(ref _layers[index], elapsed);
        }

        return Sort();
    }

    /// <summary>When <see cref="HandleTimeout"/> is due; never while nothing comes.</summary>
    public Instant PollTimeout() =>
        _count > 1 && _newestAt.IsSet && _newestAt >= _checkedAt
            ? _checkedAt + CheckInterval
            : Instant.Never;

    private void MoveLine(Instant now)
    {
        if (_newestAt.IsSet)
        {
            var elapsed = now - _newestAt;
            _line += elapsed < StallMax ? elapsed : StallMax;
        }

        _newestAt = now;
    }

    private static void Measure(ref Layer layer, TimeSpan elapsed)
    {
        layer.Measure(elapsed);
        layer.LastRate = layer.IsLive && !layer.IsTold ? layer.Rate : layer.LastRate;
    }

    /// <summary>One pass over neighbours: a better layer rises one place at a time.</summary>
    private bool Sort()
    {
        var hasChanged = false;
        for (var place = 0; place + 1 < _count; place++)
        {
            ref var lower = ref _layers[_order[place]];
            ref var upper = ref _layers[_order[place + 1]];
            if (!ShouldRise(ref lower, upper))
            {
                continue;
            }

            lower.Votes = 0;
            (_order[place], _order[place + 1]) = (_order[place + 1], _order[place]);
            hasChanged = true;
        }

        return hasChanged;
    }

    private static bool ShouldRise(ref Layer lower, in Layer upper)
    {
        if (lower.Pixels > 0 && upper.Pixels > 0 && lower.Pixels != upper.Pixels)
        {
            return lower.Pixels > upper.Pixels;
        }

        var isFaster =
            lower.IsLive && upper.IsLive && lower.Rate > upper.Rate * FasterBy && upper.IsMeasured;
        lower.Votes = isFaster ? lower.Votes + 1 : 0;
        return lower.Votes >= VotesToReorder;
    }

    /// <summary>What is known of one layer.</summary>
    private partial struct Layer
    {
        private const int Windows = 4;

        public TimeSpan LastAt;
        public LayerCadence Cadence;
        public Instant SwitchedOffAt;
        public long Bytes;
        public int Pixels;
        public int Votes;
        public bool IsLive;
        public bool IsSwitchedOff;
        public bool IsTold;
        public Bitrate ToldRate;
        public Bitrate LastRate;
        private WindowBytes _bytes;
        private WindowTicks _ticks;
        private int _window;

        public readonly bool IsMeasured => IsTold || _window >= Windows;

        public readonly Bitrate Rate
        {
            get
            {
                if (IsTold)
                {
                    return ToldRate;
                }

                long bytes = 0;
                long ticks = 0;
                for (var index = 0; index < Windows; index++)
                {
                    bytes += _bytes[index];
                    ticks += _ticks[index];
                }

                return ticks == 0 ? Bitrate.Zero : Bitrate.FromBytes(bytes, new TimeSpan(ticks));
            }
        }

        public void Measure(TimeSpan elapsed)
        {
            _bytes[_window % Windows] = Bytes;
            _ticks[_window % Windows] = elapsed.Ticks;
            _window = _window == 2 * Windows - 1 ? Windows : _window + 1;
            Bytes = 0;
        }

        [System.Runtime.CompilerServices.InlineArray(Windows)]
        private struct WindowBytes
        {
            private long _first;
        }

        [System.Runtime.CompilerServices.InlineArray(Windows)]
        private struct WindowTicks
        {
            private long _first;
        }
    }
}
