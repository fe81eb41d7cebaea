using Xunit;

namespace Edge.Node.Tests.Clusters;

/// <summary>Simulations take a core for as long as they run: nothing that waits for real time runs beside them.</summary>
[CollectionDefinition(nameof(ClusterCollection), DisableParallelization = true)]
public sealed class ClusterCollection;
