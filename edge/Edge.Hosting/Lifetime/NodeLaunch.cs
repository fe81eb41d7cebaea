using Edge.Node.Sessions;

namespace Edge.Hosting.Lifetime;

/// <summary>The outcome of starting the media node of a process.</summary>
public abstract record NodeLaunch
{
    private NodeLaunch() { }

    /// <summary>It runs; who asked for it disposes of it.</summary>
    public sealed record Running(MediaNode Node, MediaNodeOptions Options) : NodeLaunch;

    /// <summary>It does not.</summary>
    /// <param name="Problem">A sentence for who started the process.</param>
    public sealed record Failed(string Problem) : NodeLaunch;
}
