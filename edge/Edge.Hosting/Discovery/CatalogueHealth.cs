namespace Edge.Hosting.Discovery;

/// <summary>How Consul thinks that a process is.</summary>
internal enum CatalogueHealth
{
    /// <summary>It has said lately that it lives, and so has its agent.</summary>
    Passing,

    /// <summary>One of them has not.</summary>
    Critical,
}
