using Edge.Primitives;

namespace Edge.Forwarding.KeyFrames;

/// <summary>Merges wishes for key frames per layer and throttles what the publisher is asked.</summary>
/// <remarks>
/// A first wish is due at once; while it is open it is repeated each interval until a key frame comes.
/// Wishes meanwhile change nothing. Bounded: an open wish ends after <see cref="TriesMax"/> requests;
/// the next wish starts over. Use: one in each <c>Track</c> (merges viewers) and one beside the
/// publisher's RTP receiver (merges shards). Source: common SFU practice (one PLI per 300-500 ms).
/// </remarks>
public sealed partial class KeyFrameRequester
{
    /// <summary>Requests for one wish. Chosen: with 500 ms, longer than encoders' usual key-frame
    /// interval; whoever still needs one wishes again.</summary>
    public const int TriesMax = 20;

    /// <summary>A key frame within this time after a request counts as its answer. Chosen: an
    /// intercontinental round trip plus an encoder; half the shortest usual key-frame interval.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private readonly LayerWish[] _wishes;
    private readonly TimeSpan _interval;

    /// <summary>Makes one for a number of layers.</summary>
    public KeyFrameRequester(int layers, TimeSpan interval)
    {
        _wishes = new LayerWish[layers];
        _interval = interval;
        Clear();
    }

    /// <summary>How the publisher was seen to treat requests.</summary>
    public KeyFrameHabit Habit { get; private set; }

    /// <summary>Forgets all wishes and the habit: another publisher came.</summary>
    public void Clear()
    {
        Array.Fill(_wishes, LayerWish.None);
        Habit = KeyFrameHabit.Unknown;
    }

    /// <summary>Whether a layer's key frame is being asked for.</summary>
    public bool IsOpen(int layer) => _wishes[layer].IsOpen;

    /// <summary>Whether a layer's key frame came within a time until now.</summary>
    public bool HasComeWithin(int layer, TimeSpan time, Instant now) =>
        _wishes[layer].KeyFrameAt is { IsSet: true } at && now - at <= time;

    /// <summary>Whether a layer's key frame is wished for that has to be younger than a moment: it was asked for later, or
    /// who wishes for it in another process had those before.</summary>
    internal bool WantsYounger(Instant moment, int layer)
    {
        ref readonly var wish = ref _wishes[layer];
        var isLater = wish.Tries > 0 && wish.FirstAt > moment;
        return wish.IsOpen && (isLater || (wish.TakenAt.IsSet && wish.TakenAt > moment));
    }

    /// <summary>Wishes for a key frame of a layer.</summary>
    [HotPath]
    public void Request(int layer, Instant now)
    {
        ref var wish = ref _wishes[layer];
        if (wish.IsOpen)
        {
            // One that was given up, but for the last answer, begins anew: who wishes now may not wish again.
            wish.Tries = wish.Tries == TriesMax ? 0 : wish.Tries;
            return;
        }

        wish.IsOpen = true;
        wish.Tries = 0;
        wish.NextAt = wish.LastAt.IsSet ? Instant.Max(now, wish.LastAt + _interval) : now;
    }

    /// <summary>A key frame of a layer came: its wish is fulfilled.</summary>
    [HotPath]
    public void HandleKeyFrame(int layer, Instant now)
    {
        ref var wish = ref _wishes[layer];
        if (wish.IsOpen && wish.Tries > 0 && now - wish.FirstAt <= AnswerWithin)
        {
            Habit = KeyFrameHabit.Answers;
        }

        wish.KeyFrameAt = now;
        wish.TakenAt = Instant.Never;
        wish.IsOpen = false;
        wish.NextAt = Instant.Never;
    }

    /// <summary>Takes a layer to be asked for now; call until false.</summary>
    [HotPath]
    public bool TryTake(out int layer, Instant now)
    {
        for (layer = 0; layer < _wishes.Length; layer++)
        {
            ref var wish = ref _wishes[layer];
            if (!wish.IsOpen || wish.NextAt > now)
            {
                continue;
            }

            if (wish.Tries > 0 && now - wish.FirstAt > AnswerWithin)
            {
                Habit = KeyFrameHabit.Ignores;
            }

            if (wish.Tries == TriesMax)
            {
                wish.IsOpen = false;
                wish.NextAt = Instant.Never;
                continue;
            }

            wish.FirstAt = wish.Tries == 0 ? now : wish.FirstAt;
            wish.Tries++;
            wish.LastAt = now;
            wish.NextAt = now + _interval;
            return true;
        }

        layer = -1;
        return false;
    }

    /// <summary>When <see cref="TryTake"/> has something to give.</summary>
    public Instant PollTimeout()
    {
        var next = Instant.Never;
        foreach (ref var wish in _wishes.AsSpan())
        {
            next = wish.IsOpen ? Instant.Min(next, wish.NextAt) : next;
        }

        return next;
    }

    /// <summary>What is wished for one layer.</summary>
    private partial struct LayerWish
    {
        public static readonly LayerWish None = new()
        {
            FirstAt = Instant.Never,
            LastAt = Instant.Never,
            NextAt = Instant.Never,
            KeyFrameAt = Instant.Never,
            TakenAt = Instant.Never,
        };

        public Instant FirstAt;
        public Instant LastAt;
        public Instant NextAt;
        public Instant KeyFrameAt;

        /// <summary>When it came from another process; never for one that began here.</summary>
        public Instant TakenAt;
        public int Tries;
        public bool IsOpen;
    }
}
