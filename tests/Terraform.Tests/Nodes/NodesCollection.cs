namespace Terraform.Tests.Nodes;

/// <summary>Tests with nodes share the packages, and run one after the other: each has machines enough.</summary>
[CollectionDefinition(Name)]
public sealed class NodesCollection : ICollectionFixture<PackageFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "Nodes";
}
