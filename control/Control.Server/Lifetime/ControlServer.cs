using System.Net;
using System.Security.Authentication;
using Control.Contract;
using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Control.Server.Apps.Management;
using Control.Server.Calls;
using Control.Server.Console;
using Control.Server.Front;
using Control.Server.Http;
using Control.Server.Http.OpenApi;
using Control.Server.Placement;
using Control.Server.Sessions;
using Control.Server.Settings;
using Control.Server.Telemetry;
using Control.Server.Tls;
using Control.Server.Turn;
using Control.Server.Whep;
using Control.Server.Whip;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Control.Server.Lifetime;

/// <summary>The HTTP side of a process: Kestrel with the public and the admin addresses.</summary>
/// <remarks>The builder is the empty one: neither ASPNETCORE_* nor an appsettings.json of the current
/// folder may change what a process listens on or shows.</remarks>
internal sealed class ControlServer : IAsyncDisposable
{
    // Marks connections of the admin address; they see other paths than the public ones.
    private static readonly object AdminKey = new();

    // Chosen: a client that sends nothing for this long holds no connection.
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private const int HeaderBytesMax = 16 * 1024;

    private readonly WebApplication _app;
    private readonly CertificateStore? _certificates;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly int _publicCount;
    private Task _watch = Task.CompletedTask;
    private bool _hasStopped;

    private ControlServer(
        WebApplication app,
        CertificateStore? certificates,
        TimeProvider time,
        int publicCount
    )
    {
        _app = app;
        _certificates = certificates;
        _time = time;
        _publicCount = publicCount;
    }

    /// <summary>Base URLs of the public addresses, in the order of EDGE_HTTP; after the start.</summary>
    public IReadOnlyList<Uri> PublicUrls => [.. Addresses().Take(_publicCount)];

    /// <summary>Base URL of the admin address; after the start.</summary>
    public Uri AdminUrl => Addresses().Last();

    /// <summary>Base URL of where there is nothing but /metrics; after the start, where EDGE_METRICS is set.</summary>
    internal Uri MetricsUrl => Addresses().SkipLast(1).Last();

    /// <summary>Every endpoint of the public addresses.</summary>
    internal IEnumerable<Endpoint> Endpoints =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints);

    /// <summary>Makes the server; it listens once started.</summary>
    public static ControlServer Create(
        ControlSettings settings,
        IMediaNode node,
        CertificateStore? certificates,
        DrainState drain,
        ServerOptions options
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "control" });
        builder.Services.AddSingleton(options.Loggers);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            ConfigureKestrel(kestrel, settings, certificates, options)
        );
        builder.Services.AddSingleton<IConnectionListenerFactory, FrontListenerFactory>();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        var requests = new RequestMetrics(options.Time);
        builder.Services.AddSingleton(requests);
        builder.Services.AddSingleton(_ =>
            CreateMetrics(settings, requests, certificates, drain, options)
        );
        // Who stops it says how long that may take.
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = Timeout.InfiniteTimeSpan
        );
        var app = builder.Build();
        MapPipeline(app, settings, node, drain, options);
        return new ControlServer(app, certificates, options.Time, settings.Http.Length);
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">An address is in use or not of this machine.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _app.StartAsync(cancellation);
        _watch = _certificates?.WatchAsync(_time, _stopping.Token) ?? Task.CompletedTask;
    }

    /// <summary>Takes no more requests, and waits for the answers to those it has; what is not answered within
    /// the time is cut off. Streams of events end at once.</summary>
    public async Task StopAsync(TimeSpan within)
    {
        if (!_hasStopped)
        {
            _hasStopped = true;
            using var limit = new CancellationTokenSource(within);
            await _app.StopAsync(limit.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        await StopAsync(ShutdownTimeout);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private IEnumerable<Uri> Addresses()
    {
        var server = _app.Services.GetRequiredService<IServer>();
        var addresses = server.Features.Get<IServerAddressesFeature>();
        return (addresses?.Addresses ?? []).Select(address => new Uri(address));
    }

    private static void ConfigureKestrel(
        KestrelServerOptions kestrel,
        ControlSettings settings,
        CertificateStore? certificates,
        ServerOptions options
    )
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = SdpBody.BytesMax + 1;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        var shares = new ConnectionShares(options.ConnectionsMax);
        IEnumerable<EndPoint> endPoints = settings.Http;
        if (settings.FrontSocket is { } path)
        {
            endPoints = endPoints.Append(new FrontEndPoint(path));
        }

        foreach (var endPoint in endPoints)
        {
            kestrel.Listen(
                endPoint,
                listen =>
                {
                    shares.Guard(listen);
                    UseTls(listen, certificates);
                }
            );
        }

        MetricsAddress.Listen(kestrel, settings.Process.Metrics);
        kestrel.Listen(settings.Process.Admin, MarkAsAdmin);
    }

    private static void UseTls(ListenOptions listen, CertificateStore? certificates)
    {
        if (certificates is null)
        {
            return;
        }

        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = HandshakeTimeout,
                OnConnection = _ =>
                    ValueTask.FromResult(
                        new System.Net.Security.SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = certificates.Current,
                            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        }
                    ),
            }
        );
    }

    private static void MarkAsAdmin(ListenOptions listen) =>
        listen.Use(next =>
            connection =>
            {
                connection.Items[AdminKey] = true;
                return next(connection);
            }
        );

    /// <summary>Made by the container, which ends it.</summary>
    private static MetricsPage CreateMetrics(
        ControlSettings settings,
        RequestMetrics requests,
        CertificateStore? certificates,
        DrainState drain,
        ServerOptions options
    ) =>
        new(
            MetricLabels.Of(settings.Process),
            requests.ReportAsync,
            (sink, _) => CertificateMetrics.ReportAsync(certificates, sink),
            (sink, _) => DrainMetrics.ReportAsync(drain, sink),
            options.ReportAsync ?? (static (_, _) => Task.CompletedTask),
            ProcessMetrics.ReportAsync
        );

    private static bool IsAdmin(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(AdminKey) == true;

    private static void MapPipeline(
        WebApplication app,
        ControlSettings settings,
        IMediaNode node,
        DrainState drain,
        ServerOptions options
    )
    {
        var health = new HealthEndpoints(drain, options.IsReady);
        var boundary = new RequestBoundary(options.Loggers.CreateLogger<RequestBoundary>());
        var metrics = app.Services.GetRequiredService<MetricsPage>();
        app.Use(boundary.InvokeAsync);
        MetricsAddress.Map(app, metrics);
        app.MapWhen(
            IsAdmin,
            admin =>
            {
                admin.UseRouting();
                admin.UseEndpoints(routes =>
                {
                    AdminEndpoints.Map(routes, health, drain, metrics);
                    routes.MapFallback(WriteUnknownPathAsync);
                });
            }
        );
        app.Use(app.Services.GetRequiredService<RequestMetrics>().InvokeAsync);
        app.UseRouting();
        MapHealth(app, health);
        var store = options.Credentials ?? CredentialStore.InMemory(settings.Apps, options.Time);
        var apps = new AppDirectory(store, options.Time);
        var stopping = app.Lifetime.ApplicationStopping;
        var parts = new CallsParts(apps, store, settings.Limits, stopping);
        MapStreams(app, parts, node, drain, options);
        MapApi(app, settings, node, parts, drain, options);
        new ConsoleEndpoints(settings, options.Version).Map(app);
        app.MapFallback(WriteUnknownPathAsync)
            .WithMetadata(new UndocumentedApi("What is not there."));
    }

    private static void MapApi(
        WebApplication app,
        ControlSettings settings,
        IMediaNode node,
        CallsParts parts,
        DrainState drain,
        ServerOptions options
    )
    {
        var limiter = new CallsLimiter(parts.Limits, options.Time);
        if (node.Calls is { } calls)
        {
            CallsEndpoints.Map(app, calls, parts, limiter, drain, options);
        }

        var gate = new AccountGate(settings.OperatorToken, limiter);
        new AccountEndpoints(gate, parts.Store, node, parts.Limits, options.Time).Map(app);
        new TurnEndpoints(settings.Turn, parts, limiter, options.Time).Map(app);
        new LimitsEndpoint(parts.Limits, node.Calls).Map(app);
        IEndpointRouteBuilder routes = app;
        new OpenApiEndpoint(() => routes.DataSources, options.Version).Map(app);
    }

    private static void MapHealth(IEndpointRouteBuilder routes, HealthEndpoints health)
    {
        routes
            .Map("/healthz", health.HandleHealthAsync)
            .WithMetadata(ToApi("readHealth", "/healthz"));
        routes.Map("/readyz", health.HandleReadyAsync).WithMetadata(ToApi("readReady", "/readyz"));
    }

    private static ApiOperation ToApi(string id, string path) =>
        new(id, "GET", path, "Whether the process answers, and whether it takes sessions.")
        {
            Tag = "server",
            IsProtected = false,
            HasProblems = true,
            Result = new(StatusCodes.Status200OK, ContentType: "text/plain"),
        };

    private static void MapStreams(
        IEndpointRouteBuilder routes,
        CallsParts parts,
        IMediaNode node,
        DrainState drain,
        ServerOptions options
    )
    {
        var admission = new Admission(parts.Apps, new RequestLimiter(options.Limits, options.Time));
        var endpoint = new StreamEndpoint(node, admission, drain, options.Time);
        var session = new SessionResource(node, admission, options.Time);
        var teller = new EventTeller(
            node,
            new ViewerCounts(node, options.Time, parts.Stopping),
            new Jitter(options.Random),
            options.Time,
            parts.Stopping
        );
        PlayerEndpoints.Map(routes, new PlayerExtensions(node, admission, teller, options.Time));
        foreach (var protocol in (StreamProtocol[])[WhipProtocol.Instance, WhepProtocol.Instance])
        {
            foreach (var prefix in StreamRoute.Prefixes)
            {
                var path = $"{prefix}/{{appId}}/{protocol.Segment}/{{name}}";
                routes
                    .Map(path, context => endpoint.HandleAsync(context, protocol, prefix))
                    .WithMetadata(StreamApi.OfEndpoint(protocol));
                routes
                    .Map(
                        path + "/{sessionId}",
                        context => session.HandleAsync(context, protocol, prefix)
                    )
                    .WithMetadata([.. StreamApi.OfSession(protocol)]);
            }
        }
    }

    private static Task WriteUnknownPathAsync(HttpContext context)
    {
        Cors.AddHeaders(context.Response);
        return Responses.WriteProblemAsync(
            context,
            StatusCodes.Status404NotFound,
            "There is nothing at this path."
        );
    }
}
