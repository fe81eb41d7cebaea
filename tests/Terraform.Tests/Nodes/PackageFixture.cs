using Terraform.Lab;

namespace Terraform.Tests.Nodes;

/// <summary>The packages, made once for all tests that have nodes.</summary>
public sealed class PackageFixture : IAsyncLifetime
{
    private PackagePair? _packages;

    /// <summary>The path of the first one's tarball.</summary>
    public string Former => _packages!.Former;

    /// <summary>That of the second one, which says that it is of an hour later.</summary>
    public string Newer => _packages!.Newer;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _packages = await PackagePair.MakeAsync();

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _packages?.Dispose();
        return Task.CompletedTask;
    }
}
