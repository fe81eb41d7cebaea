using Conformance.Tests.Support;
using Edge.Testing.Clients;

namespace Conformance.Tests.Limits;

/// <summary>A server with sessions that are left alone from the beginning, so that their tests wait
/// together.</summary>
public sealed class LifetimeLab : IAsyncLifetime, IDisposable
{
    // Chosen: longer than any check of consent lasts, shorter than the 30 s that a session is kept.
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(15);

    internal CallsLab Lab { get; } = new();

    /// <summary>Made, and then nothing.</summary>
    internal string Unused { get; private set; } = "";

    /// <summary>Its client was connected and fell silent.</summary>
    internal SocketClient Lost { get; private set; } = null!;

    /// <summary>Its client falls silent and comes back.</summary>
    internal SocketClient Returning { get; private set; } = null!;

    /// <summary>When it is back.</summary>
    internal Task Back { get; private set; } = Task.CompletedTask;

    /// <summary>It goes on sending sound, and no pictures.</summary>
    internal SocketClient Silent { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Lab.InitializeAsync();
        var publisher = await Lab.PushAsync(Lab.Api);
        Unused = await Lab.Api.NewSessionAsync();
        Lost = await Lab.PushAsync(Lab.Api);
        ClientStream pictures = null!;
        Silent = await Lab.PushAsync(Lab.Api, video => pictures = video);
        Returning = await Lab.PullAsync(Lab.Api, Items.Remote(publisher.SessionId, Peers.Camera));
        await Lab.PicturesAsync(Returning, 10);
        Lab.Stage.Look(() => Lost.IsMuted = Returning.IsMuted = true);
        Lab.Stage.Look(() => pictures.IsEnabled = false);
        Back = ComeBackAsync();
    }

    public Task DisposeAsync() => Lab.DisposeAsync();

    public void Dispose() => Lab.Dispose();

    private async Task ComeBackAsync()
    {
        await Task.Delay(Away);
        Lab.Stage.Look(() => Returning.IsMuted = false);
    }
}
