using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Control.Server.Front;

/// <summary>Lets Kestrel serve connections that an edge has accepted, beside those it accepts itself.</summary>
internal sealed class FrontListenerFactory(ILoggerFactory loggers)
    : IConnectionListenerFactory,
        IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is FrontEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint,
        CancellationToken cancellationToken = default
    ) =>
        endpoint is FrontEndPoint front
            ? ValueTask.FromResult<IConnectionListener>(
                new FrontListener(front, FrontSocketFile.Listen(front.Path), loggers)
            )
            : throw new ArgumentException("Only the front is bound here.", nameof(endpoint));
}
