using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>A thread of a node: it sleeps until it is woken or something is due, and then makes a turn.</summary>
/// <remarks>Waking takes a moment that the seed draws, so that threads meet in every order.</remarks>
internal sealed class NodeLoop(MeshWorld world, Prng random, Action turn)
{
    private const int WakeMicrosecondsMax = 200;

    private Instant _at = Instant.Never;
    private Instant _pausedUntil = Instant.Zero;
    private int _plan;

    /// <summary>Whether it makes no more turns.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Whether it makes no turn for a while.</summary>
    public bool IsPaused => world.Now < _pausedUntil;

    /// <summary>It makes no turn for a while, as when the machine has no time for it.</summary>
    public void Pause(TimeSpan duration)
    {
        _pausedUntil = world.Now + duration;
        _at = Instant.Never;
        WakeAt(_pausedUntil);
    }

    /// <summary>Has it make a turn soon.</summary>
    public void Wake()
    {
        // A turn that is due soon sees what it is to see.
        if (_at > world.Now + TimeSpan.FromMicroseconds(WakeMicrosecondsMax))
        {
            WakeAt(world.Now + TimeSpan.FromMicroseconds(random.NextInt32(WakeMicrosecondsMax)));
        }
    }

    /// <summary>Has it make a turn at an instant at the latest.</summary>
    public void WakeAt(Instant at)
    {
        at = Instant.Max(at, _pausedUntil);
        if (at >= _at || !at.IsSet)
        {
            return;
        }

        _at = at;
        var plan = ++_plan;
        world.At(
            at,
            () =>
            {
                if (plan == _plan && !IsStopped)
                {
                    _at = Instant.Never;
                    turn();
                }
            }
        );
    }
}
