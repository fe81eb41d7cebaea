namespace Edge.Mesh.Paths;

/// <summary>How much is asked for over a path.</summary>
public enum PathState : byte
{
    /// <summary>All that is wanted. Ends when all that comes is late: <see cref="Draining"/>.</summary>
    Free,

    /// <summary>Nothing but sound, until what waits is through: <see cref="Bounded"/>.</summary>
    Draining,

    /// <summary>What it was found to carry, and now and then more, to try. When that is late: <see cref="Draining"/>; when
    /// nothing was left out for long: <see cref="Free"/>.</summary>
    Bounded,
}
