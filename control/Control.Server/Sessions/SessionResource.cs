using Control.Contract;
using Control.Server.Apps;
using Control.Server.Http;
using Edge.Hosting.Http;

namespace Control.Server.Sessions;

/// <summary>The resource of one WHIP or WHEP session, named by the Location of its 201.</summary>
/// <remarks>Source: RFC 9725 §4.2, §4.3. Whoever has the URL may use it, see
/// <see cref="AppDirectory.CheckSession"/>.</remarks>
internal sealed class SessionResource(IMediaNode node, Admission admission, TimeProvider time)
{
    private const string Methods = "OPTIONS, GET, HEAD, PATCH, DELETE";
    private const string JsonType = "application/json";

    /// <summary>Answers a request to `{prefix}/{appId}/whip|whep/{name}/{sessionId}`.</summary>
    public Task HandleAsync(HttpContext context, StreamProtocol protocol, string prefix)
    {
        Cors.AddHeaders(context.Response);
        context.Response.Headers["Accept-Patch"] = SdpBody.FragmentType;
        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            Cors.AddPreflightHeaders(context.Response, StreamEndpoint.MethodsOfBoth);
            context.Response.Headers.Allow = Methods;
            return Task.CompletedTask;
        }

        if (
            HttpMethods.IsPatch(method)
            || HttpMethods.IsDelete(method)
            || HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
        )
        {
            return HandleKnownAsync(context, protocol, StreamRoute.Read(context, prefix));
        }

        return Responses.WriteMethodNotAllowedAsync(context, Methods);
    }

    private async Task HandleKnownAsync(
        HttpContext context,
        StreamProtocol protocol,
        StreamRoute route
    )
    {
        if (!await admission.TryUseSessionAsync(context, route, protocol.Action))
        {
            return;
        }

        var result = await node.DescribeAsync(route.Session, context.RequestAborted);
        if (result is DescribeResult.Unavailable unavailable)
        {
            await Refusals.WriteUnavailableAsync(
                context,
                unavailable.Detail,
                unavailable.RetryAfter
            );
            return;
        }

        if (
            result is not DescribeResult.Found { Report: var report }
            || !IsAt(report, protocol, route)
        )
        {
            await WriteNotFoundAsync(context);
            return;
        }

        var method = context.Request.Method;
        if (HttpMethods.IsPatch(method))
        {
            await HandlePatchAsync(context, route, report);
        }
        else if (HttpMethods.IsDelete(method))
        {
            await HandleDeleteAsync(context, route);
        }
        else
        {
            await HandleReadAsync(context, report);
        }
    }

    private async Task HandlePatchAsync(
        HttpContext context,
        StreamRoute route,
        SessionReport report
    )
    {
        if (EntityTags.Parse(context.Request.Headers.IfMatch) is not { } tags)
        {
            await Responses.WriteProblemAsync(
                context,
                StatusCodes.Status428PreconditionRequired,
                "If-Match is required: the ETag of the ICE session, or * for a restart."
            );
            return;
        }

        if (await SdpBody.TryReadAsync(context, SdpBody.FragmentType, time) is not { } fragment)
        {
            return;
        }

        var request = new IceUpdateRequest(route.Session, fragment, tags.Choose(report.IceTag));
        var result = await node.UpdateIceAsync(request, context.RequestAborted);
        await WriteUpdateAsync(context, result);
    }

    private static Task WriteUpdateAsync(HttpContext context, IceUpdateResult result)
    {
        var response = context.Response;
        switch (result)
        {
            case IceUpdateResult.Trickled:
                // RFC 9725 §4.3.2: no content and no ETag.
                response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case IceUpdateResult.Restarted restarted:
                response.Headers.ETag = $"\"{restarted.IceTag}\"";
                response.Headers.CacheControl = "no-store";
                return Responses.WriteTextAsync(
                    context,
                    StatusCodes.Status200OK,
                    restarted.Fragment,
                    SdpBody.FragmentType
                );
            case IceUpdateResult.NotFound:
                return WriteNotFoundAsync(context);
            case IceUpdateResult.Stale:
                return Responses.WriteProblemAsync(
                    context,
                    StatusCodes.Status412PreconditionFailed,
                    "If-Match names another ICE session than the current one."
                );
            case IceUpdateResult.Refused refused:
                return Refusals.WriteAsync(context, refused.Reason, refused.Detail);
            default:
                throw new InvalidOperationException($"The node answered {result.GetType().Name}.");
        }
    }

    // RFC 9725 §4.2: any entity tag is ignored. 200 and not 204: OBS warns of all but 200.
    private async Task HandleDeleteAsync(HttpContext context, StreamRoute route)
    {
        switch (await node.CloseAsync(route.Session, context.RequestAborted))
        {
            case CloseResult.Closed:
                context.Response.StatusCode = StatusCodes.Status200OK;
                break;
            case CloseResult.Unavailable unavailable:
                await Refusals.WriteUnavailableAsync(
                    context,
                    unavailable.Detail,
                    unavailable.RetryAfter
                );
                break;
            default:
                await WriteNotFoundAsync(context);
                break;
        }
    }

    private static Task HandleReadAsync(HttpContext context, SessionReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept";
        if (AsksForJson(context.Request))
        {
            return Responses.WriteJsonAsync(
                context,
                report,
                ControlJsonContext.Default.SessionReport
            );
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task WriteNotFoundAsync(HttpContext context) =>
        Responses.WriteProblemAsync(
            context,
            StatusCodes.Status404NotFound,
            "There is no such session: it has ended, or never was."
        );

    private static bool IsAt(SessionReport report, StreamProtocol protocol, StreamRoute route) =>
        report.Stream == route.Stream
        && report.IsPublisher == (protocol.Action == StreamAction.Publish);

    private static bool AsksForJson(HttpRequest request)
    {
        foreach (var line in request.Headers.Accept)
        {
            if (line?.Contains(JsonType, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
