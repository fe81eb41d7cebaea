namespace Mesh.Tests.Support;

/// <summary>Tests that count what is lost: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
