using Anycast.Lab;

namespace Mesh.Tests.Support;

/// <summary>The lab of both PoPs, shared by tests that leave it as they found it.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    /// <summary>The lab.</summary>
    public LabNetwork Network { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Network = await LabNetwork.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Network is not null)
        {
            await Network.DisposeAsync();
        }
    }
}
