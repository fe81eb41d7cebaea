namespace Anycast.Health.Rounds;

/// <summary>What one round of probes says of the node.</summary>
public enum RoundVerdict : byte
{
    /// <summary>Media is answered and sessions are taken.</summary>
    Good,

    /// <summary>Media is answered, HTTP is not: no reason to go, none to come.</summary>
    Halting,

    /// <summary>Something is wrong that may as well be wrong with the probing.</summary>
    Bad,

    /// <summary>Neither answers, and the kernel does not say why: the process hangs, or the machine does.</summary>
    Hung,

    /// <summary>Media is not answered and the kernel says that nobody listens for HTTP: no process.</summary>
    Dead,

    /// <summary>The node asked to be let go.</summary>
    Draining,
}
