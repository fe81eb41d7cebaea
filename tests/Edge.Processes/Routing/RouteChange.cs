namespace Edge.Processes.Routing;

/// <summary>What becomes of a route.</summary>
public enum RouteChange
{
    /// <summary>It is there from now on.</summary>
    Come,

    /// <summary>It is there no more.</summary>
    Gone,
}
