using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>One track of a viewer in the division of what its network carries.</summary>
/// <remarks>Owner: the thread of its viewer.</remarks>
public sealed partial class TrackShare
{
    /// <summary>No step at all: nothing is sent.</summary>
    internal const int None = -1;

    private LayerSteps _steps;
    private RateCeiling _ceiling = new();
    private StepMemory _memory = new();

    /// <summary>Makes one that nothing was given yet.</summary>
    internal TrackShare(Subscription subscription, bool isSound)
    {
        Subscription = subscription;
        IsSound = isSound;
    }

    /// <summary>What is sent.</summary>
    public Subscription Subscription { get; }

    /// <summary>Whether it is sound, which is never given less than it takes.</summary>
    public bool IsSound { get; }

    /// <summary>Who comes first: a higher one is served before a lower one. Default 0.</summary>
    public int Priority { get; set; }

    /// <summary>Pictures of less are not wanted, unless there are no better ones; default zero.</summary>
    public Bitrate Minimum { get; set; }

    /// <summary>The most that the viewer can use of what is published: <see cref="Bitrate.Unlimited"/> when it has what
    /// it wants, or may choose among layers.</summary>
    public Bitrate Ceiling => _ceiling.Value;

    /// <summary>Whether <see cref="Ceiling"/> is another than when somebody last looked, who then says that it is not.</summary>
    public bool HasNewCeiling { get; set; }

    /// <summary>Whether there is one layer and no more: its rate is its publisher's to change.</summary>
    internal bool IsOneLayer { get; set; }

    /// <summary>What it would take if its publisher were not held back.</summary>
    internal Bitrate Demand =>
        Bitrate.Max(Bitrate.Max(_steps.Most, _steps.DormantRate), _ceiling.Wish);

    /// <summary>What there is room for, in bits a second; set by <see cref="RoomDivider"/>, as what follows.</summary>
    internal long Room { get; set; }

    /// <summary>What it needs beyond its least, in bits a second.</summary>
    internal long Need { get; set; }

    /// <summary>Whether it was given what it needs.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Whether there is anything to be had, now or once its publisher sends it again.</summary>
    internal bool HasSteps => _steps.Count > 0 || _steps.Dormant >= 0;

    /// <summary>What can be had.</summary>
    internal ref LayerSteps Steps => ref _steps;

    /// <summary>The step it has; <see cref="None"/> while it is paused for want of bandwidth.</summary>
    internal int Current { get; set; } = None;

    /// <summary>Whether it could be had and there is no room for it.</summary>
    internal bool IsPausedForRoom => Current == None && _steps.Count > 0;

    /// <summary>Whether it is sent for a trial only: see <see cref="Withdraw"/>.</summary>
    internal bool IsOnTrial { get; set; }

    /// <summary>The step it is to have.</summary>
    internal int Next { get; set; }

    /// <summary>The quality that <see cref="Current"/> stands for.</summary>
    internal LayerStep CurrentStep { get; set; } = new(None, Bitrate.Zero);

    /// <summary>What its last steps up and down taught.</summary>
    internal ref StepMemory Memory => ref _memory;

    /// <summary>Takes back what it had for a trial: it is given no patience, because it never had room.</summary>
    internal void Withdraw()
    {
        if (IsOnTrial)
        {
            IsOnTrial = false;
            Current = None;
            CurrentStep = new(None, Bitrate.Zero);
        }
    }

    /// <summary>Looks at what can be had now, and finds in it what it has.</summary>
    internal void Read(Instant now)
    {
        _steps.Clear();
        IsOneLayer = Subscription.Track is { Layers.Count: 1 };
        if (!Subscription.IsHeldBack && !Subscription.IsPaused)
        {
            Subscription.Track?.ReadSteps(Subscription, ref _steps, now);
        }

        _steps.DropBelow(Minimum);
        if (CurrentStep.Layer == None)
        {
            return;
        }

        var step = _steps.Find(CurrentStep);
        // If it is gone, that is no fault of the network.
        Current =
            step < 0 ? Math.Min(Current, _steps.Count - 1)
            : Subscription.IsStarved ? None
            : step;
    }

    /// <summary>Whether its publisher is known to send only what there is room for, or to have been told lately.</summary>
    internal bool IsCeilingObeyed(Instant now) => _ceiling.IsObeyed(_steps.Most, now);

    /// <summary>Whether its publisher was told so lately that it may not have obeyed yet.</summary>
    internal bool IsToldLately(Instant now) => _ceiling.IsToldLately(now);

    /// <summary>Says anew how much its viewer can use; true when that is news.</summary>
    /// <param name="isKnown">Whether what the network carries is known.</param>
    /// <param name="usable">The part of it that can be used now.</param>
    /// <param name="now">The time.</param>
    internal bool UpdateCeiling(bool isKnown, double usable, Instant now)
    {
        if (IsOneLayer && isKnown && _steps.Count > 0)
        {
            return _ceiling.Update(_steps.Most, new Bitrate(Room), usable, now);
        }

        if (IsOneLayer && !Subscription.IsPaused && _steps.Count == 0)
        {
            // It does not come at all for now, as over a way that is full; when it does, it is to be no more than before.
            return false;
        }

        // What its viewer paused tells nothing.
        var wasHeld = _ceiling.IsHeld;
        _ceiling.Clear();
        return wasHeld;
    }

    /// <summary>Whether it was found to have a little more than there is for it.</summary>
    internal bool IsShort { get; set; }

    /// <summary>Since when it has a little more than there is for it.</summary>
    internal Instant ShortSince { get; set; } = Instant.Never;
}
