using Xunit;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>Scenarios that measure CPU time: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
