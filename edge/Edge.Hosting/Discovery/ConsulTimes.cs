namespace Edge.Hosting.Discovery;

/// <summary>How long discovery waits, and for what.</summary>
internal sealed record ConsulTimes
{
    /// <summary>How long a process may be silent before Consul calls it critical. Default 10 s. Chosen: three
    /// beats, so that a single late one changes nothing.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it says that it lives. Default 3 s. Chosen: an agent that came back with nothing has
    /// the process again after one beat and one call, in half of the 10 s that it may take.</summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a critical process stays in the catalogue. Default 1 min, the least that Consul
    /// takes.</summary>
    public TimeSpan DeregisterAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for an answer that the agent has at once. Default 2 s. Chosen: a hundred times what
    /// it needs; a beat that waits in vain is over before the next is due.</summary>
    public TimeSpan CallWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the agent holds a look until something changes. Default 30 s. Chosen: two calls a minute
    /// while nothing happens.</summary>
    public TimeSpan HoldLook { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least time between two looks, so that a catalogue in turmoil costs no more. Default 250 ms.</summary>
    public TimeSpan LookPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The same after a look that failed, or with an agent that does not hold. Default 2 s.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Age at which the list of peers is called old. Default 75 s. Chosen: one look that is held and
    /// one that hangs leave it younger.</summary>
    public TimeSpan OldAfter { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long a peer that left the catalogue has to be without a connection before it is dropped.
    /// Default 30 s. Chosen: thrice what all need to be back in a catalogue that was lost.</summary>
    public TimeSpan DropAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for an answer to a held look. The agent adds a sixteenth to the hold, so that not all
    /// come back at once.</summary>
    public TimeSpan LookWithin => (HoldLook * 17 / 16) + CallWithin;
}
