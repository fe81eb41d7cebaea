namespace Edge.Hosting.Links;

/// <summary>The outcome of connecting a process with the others.</summary>
public abstract record BusesStart
{
    private BusesStart() { }

    /// <summary>It takes part; who asked for the buses disposes of them.</summary>
    public sealed record Running(ProcessBuses Buses) : BusesStart;

    /// <summary>It cannot.</summary>
    /// <param name="Problem">A sentence for who started the process.</param>
    public sealed record Failed(string Problem) : BusesStart;
}
