using System.Net;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Http;

/// <summary>Kestrel on EDGE_ADMIN, for a process that serves no other HTTP.</summary>
/// <remarks>The builder is the empty one: neither ASPNETCORE_* nor an appsettings.json of the current
/// folder may change what a process listens on or shows.</remarks>
public sealed class AdminServer : IAsyncDisposable
{
    // Chosen: whoever asks is a probe or a script; a client that sends nothing holds no connection.
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private const int HeaderBytesMax = 16 * 1024;
    private const int ConnectionsMax = 100;

    // No request of this address has a body that is read.
    private const int BodyBytesMax = 1024;

    private readonly WebApplication _app;

    private AdminServer(WebApplication app) => _app = app;

    /// <summary>Its base URL, with the port it really has; after the start.</summary>
    public Uri Url => Addresses().First();

    /// <summary>The base URL of where there is nothing but /metrics, if there is such a place; after the start.</summary>
    public Uri? MetricsUrl => Addresses().Skip(1).FirstOrDefault();

    /// <summary>Makes the server; it listens once started.</summary>
    /// <param name="address">Where.</param>
    /// <param name="metricsAddress">Where there is nothing but /metrics; null: nowhere.</param>
    /// <param name="drain">Whether the process drains, and what POST /drain begins.</param>
    /// <param name="metrics">What /metrics says; the caller's.</param>
    /// <param name="loggers">Where events are logged.</param>
    /// <param name="isReady">Whether it is ready until then; null: it is.</param>
    public static AdminServer Create(
        IPEndPoint address,
        IPEndPoint? metricsAddress,
        DrainState drain,
        MetricsPage metrics,
        ILoggerFactory loggers,
        Func<bool>? isReady = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "admin" });
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Configure(kestrel, address);
            MetricsAddress.Listen(kestrel, metricsAddress);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        var app = builder.Build();
        MetricsAddress.Map(app, metrics);
        app.UseRouting();
        AdminEndpoints.Map(app, new HealthEndpoints(drain, isReady), drain, metrics);
        app.MapFallback((RequestDelegate)WriteUnknownPathAsync);
        return new AdminServer(app);
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address is in use or not of this machine.</exception>
    public Task StartAsync(CancellationToken cancellation) => _app.StartAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private IEnumerable<Uri> Addresses() =>
        _app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => new Uri(address));

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        kestrel.Listen(address);
    }

    private static Task WriteUnknownPathAsync(HttpContext context) =>
        Responses.WriteProblemAsync(
            context,
            StatusCodes.Status404NotFound,
            "There is nothing at this path."
        );
}
