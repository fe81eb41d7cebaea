using System.Net;
using Control.Server.Http;
using Control.Server.Http.OpenApi;
using Control.Server.Settings;
using Edge.Hosting.Http;

namespace Control.Server.Console;

/// <summary>The console at `/` and the call at `/call`: plain ES modules inside the binary.</summary>
internal sealed class ConsoleEndpoints(ControlSettings settings, string version)
{
    private const string Methods = "GET, HEAD";

    private const string CallPage = "call/call.html";

    // No origin but ours, nothing inline. Media and workers come from scripts of ours.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
        + "img-src 'self' data:; media-src 'self' blob: mediastream:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors ";

    private const string PermissionsPolicy =
        "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), "
        + "fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=()";

    private readonly ConsoleAssets _assets = ConsoleAssets.Load();

    /// <summary>Maps the page, its files and its data.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var page = new UndocumentedApi("The console's own.");
        routes.Map("/", context => HandleAssetAsync(context, "index.html")).WithMetadata(page);
        routes.Map("/call", context => HandleAssetAsync(context, CallPage)).WithMetadata(page);
        routes
            .Map(
                "/console/{**file}",
                context =>
                    HandleAssetAsync(context, context.Request.RouteValues["file"] as string ?? "")
            )
            .WithMetadata(page);
        routes.Map("/console/api/defaults", HandleDefaultsAsync).WithMetadata(page);
    }

    private async Task HandleAssetAsync(HttpContext context, string name)
    {
        if (!IsRead(context))
        {
            await Responses.WriteMethodNotAllowedAsync(context, Methods);
            return;
        }

        if (_assets.Find(name) is not { } asset)
        {
            await Responses.WriteProblemAsync(context, 404, "The console has no such file.");
            return;
        }

        var headers = context.Response.Headers;
        AddPolicies(headers, isFramed: string.Equals(name, CallPage, StringComparison.Ordinal));
        headers.CacheControl = "no-cache";
        headers.ETag = asset.EntityTag;
        if (context.Request.Headers.IfNoneMatch == asset.EntityTag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.ContentType;
        context.Response.ContentLength = asset.Bytes.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(asset.Bytes, context.RequestAborted);
        }
    }

    /// <remarks>The call may be a part of anybody's page: it knows no secret, acts for nobody who has not
    /// typed a name and pressed its button, and gets camera and microphone only where that page has them
    /// itself. The console acts with an app's secret and is framed by nobody.</remarks>
    private static void AddPolicies(IHeaderDictionary headers, bool isFramed)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy + (isFramed ? "*" : "'none'");
        headers["Permissions-Policy"] = PermissionsPolicy;
        if (!isFramed)
        {
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.XFrameOptions = "DENY";
        }
    }

    /// <remarks>The well-known secret goes to this machine only, and only to a page that was loaded
    /// under this machine's own name: not to one that a rebound DNS name points here.</remarks>
    private Task HandleDefaultsAsync(HttpContext context)
    {
        if (!IsRead(context))
        {
            return Responses.WriteMethodNotAllowedAsync(context, Methods);
        }

        context.Response.Headers.CacheControl = "no-store";
        var isFilledIn =
            settings.AppsOrigin == AppsOrigin.Development
            && context.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote)
            && IsLoopbackHost(context.Request.Host.Host);
        var app = isFilledIn ? AppCredential.Development : null;
        return Responses.WriteJsonAsync(
            context,
            new ConsoleDefaults(version, app?.AppId, app?.Secret),
            ControlJsonContext.Default.ConsoleDefaults
        );
    }

    private static bool IsLoopbackHost(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && IPAddress.IsLoopback(address)
        );

    private static bool IsRead(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
}
