namespace Interop.Tests.Support;

/// <summary>Tests that share a <see cref="Lab"/>.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<Lab>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Lab";
}
