using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests that no other test of the assembly may run beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>Its name.</summary>
    public const string Name = "alone";
}
