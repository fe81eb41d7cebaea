namespace Control.Server.Lifetime;

/// <summary>Leaves signals to <see cref="ControlProcess"/>: the framework's own lifetime would stop
/// the server at the first one, before the sessions are drained.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
