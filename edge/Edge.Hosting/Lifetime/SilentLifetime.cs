using Microsoft.Extensions.Hosting;

namespace Edge.Hosting.Lifetime;

/// <summary>Leaves signals to <see cref="ProcessSignals"/>: the framework's own lifetime would stop
/// the server at the first one, before the sessions are drained.</summary>
public sealed class SilentLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
