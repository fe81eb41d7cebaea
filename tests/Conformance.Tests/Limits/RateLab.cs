using Conformance.Tests.Support;

namespace Conformance.Tests.Limits;

/// <summary>A server with limits that a test reaches at once.</summary>
public sealed class RateLab : IAsyncLifetime, IDisposable
{
    internal CallsLab Lab { get; } =
        CallsLab.With(
            (
                "EDGE_LIMITS",
                "requestsPerSecondPerSession=2,newSessionsPerSecond=2,refusalsPerSecondPerAddress=2"
            )
        );

    public Task InitializeAsync() => Lab.InitializeAsync();

    public Task DisposeAsync() => Lab.DisposeAsync();

    public void Dispose() => Lab.Dispose();
}
