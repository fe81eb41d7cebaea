using Control.Contract;
using Control.Server.Apps;
using Control.Server.Http;
using Edge.Hosting.Http;
using Edge.Hosting.Lifetime;

namespace Control.Server.Sessions;

/// <summary>The WHIP or WHEP endpoint of a stream: where sessions are made.</summary>
/// <remarks>Source: RFC 9725 §4.1, §4.2; draft-ietf-wish-whep-04. Never a redirect: whoever is asked
/// answers.</remarks>
internal sealed class StreamEndpoint(
    IMediaNode node,
    Admission admission,
    DrainState drain,
    TimeProvider time
)
{
    private const string Methods = "OPTIONS, GET, HEAD, POST";

    // Of a session and its endpoint together: scripts ask the endpoint whether they may PATCH.
    internal const string MethodsOfBoth = "OPTIONS, GET, HEAD, POST, PATCH, DELETE";

    private static readonly TimeSpan DrainRetry = TimeSpan.FromSeconds(5);

    /// <summary>Answers a request to `{prefix}/{appId}/whip|whep/{name}`.</summary>
    public Task HandleAsync(HttpContext context, StreamProtocol protocol, string prefix)
    {
        Cors.AddHeaders(context.Response);
        var method = context.Request.Method;
        if (HttpMethods.IsPost(method))
        {
            return HandlePostAsync(context, protocol, StreamRoute.Read(context, prefix));
        }

        if (HttpMethods.IsOptions(method))
        {
            return HandleOptions(context);
        }

        if (HttpMethods.IsHead(method) || HttpMethods.IsGet(method))
        {
            return HandleRead(context, protocol, method);
        }

        return Responses.WriteMethodNotAllowedAsync(context, Methods);
    }

    private static Task HandleOptions(HttpContext context)
    {
        var response = context.Response;
        Cors.AddPreflightHeaders(response, MethodsOfBoth);
        response.Headers.Allow = Methods;
        response.Headers["Accept-Post"] = SdpBody.SdpType;
        response.Headers["Accept-Patch"] = SdpBody.FragmentType;
        response.StatusCode = StatusCodes.Status200OK;
        return Task.CompletedTask;
    }

    private static Task HandleRead(HttpContext context, StreamProtocol protocol, string method)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        if (HttpMethods.IsHead(method) && protocol.HeadStatus == StatusCodes.Status200OK)
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = SdpBody.SdpType;
        }

        return Task.CompletedTask;
    }

    private async Task HandlePostAsync(
        HttpContext context,
        StreamProtocol protocol,
        StreamRoute route
    )
    {
        context.Response.Headers["Accept-Post"] = SdpBody.SdpType;
        if (!await admission.TryEnterAsync(context, route, protocol.Action))
        {
            return;
        }

        if (drain.IsDraining)
        {
            await Responses.WriteProblemAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "This node takes no new sessions: it is being stopped.",
                DrainRetry
            );
            return;
        }

        if (await SdpBody.TryReadAsync(context, SdpBody.SdpType, time) is not { } offer)
        {
            return;
        }

        var request = new SessionRequest(route.Stream, offer);
        var result =
            protocol.Action == StreamAction.Publish
                ? await node.PublishAsync(request, context.RequestAborted)
                : await node.PlayAsync(request, context.RequestAborted);
        await WriteResultAsync(context, protocol, route, result);
    }

    private async Task WriteResultAsync(
        HttpContext context,
        StreamProtocol protocol,
        StreamRoute route,
        SessionResult result
    )
    {
        switch (result)
        {
            case SessionResult.Created created:
                var isWanted = !context.RequestAborted.IsCancellationRequested;
                if (isWanted && await admission.TryStayAsync(context, route))
                {
                    await WriteCreatedAsync(context, protocol, route, created);
                    break;
                }

                // Nobody learns of this session, or may use it, so nobody would end it.
                var session = new SessionKey(route.AppId, created.SessionId);
                await node.CloseAsync(session, CancellationToken.None);
                break;
            case SessionResult.Refused refused:
                await Refusals.WriteAsync(
                    context,
                    refused.Reason,
                    refused.Detail,
                    refused.RetryAfter
                );
                break;
            default:
                throw new InvalidOperationException($"The node answered {result.GetType().Name}.");
        }
    }

    private static Task WriteCreatedAsync(
        HttpContext context,
        StreamProtocol protocol,
        StreamRoute route,
        SessionResult.Created created
    )
    {
        // An absolute path without a query: OBS replaces the path of the URL it posted to.
        var headers = context.Response.Headers;
        headers.Location =
            $"{route.Prefix}/{route.AppId}/{protocol.Segment}/{route.Name}/{created.SessionId}";
        headers.Link = protocol.LinksOf(headers.Location!);
        headers.ETag = $"\"{created.IceTag}\"";
        headers["Accept-Patch"] = SdpBody.FragmentType;
        headers.CacheControl = "no-store";
        return Responses.WriteTextAsync(
            context,
            StatusCodes.Status201Created,
            created.AnswerSdp,
            SdpBody.SdpType
        );
    }
}
