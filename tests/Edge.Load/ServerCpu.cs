namespace Edge.Load;

/// <summary>CPU time of a process.</summary>
/// <param name="User">Seconds in its own code, in steps of 10 ms.</param>
/// <param name="System">Seconds in the kernel, in steps of 10 ms.</param>
/// <param name="Scheduled">Seconds of both, of the threads that live, to the nanosecond.</param>
internal readonly record struct ServerCpu(double User, double System, double Scheduled)
{
    /// <summary>The two steps that both ends of a window may be off.</summary>
    private const double Coarseness = 0.02;

    /// <summary>The exact sum, unless threads ended and took theirs along: then the coarse one.</summary>
    public double Total =>
        Math.Abs(User + System - Scheduled) <= Coarseness + ((User + System) * 0.02)
            ? Scheduled
            : User + System;

    public static ServerCpu operator -(ServerCpu left, ServerCpu right) =>
        new(left.User - right.User, left.System - right.System, left.Scheduled - right.Scheduled);
}
