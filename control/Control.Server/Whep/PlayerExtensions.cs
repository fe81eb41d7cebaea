using System.Security.Cryptography;
using Control.Contract;
using Control.Server.Apps;
using Control.Server.Http;
using Control.Server.Sessions;
using Edge.Hosting.Http;

namespace Control.Server.Whep;

/// <summary>The core extensions of WHEP: events about a stream, and its layers chosen by hand.</summary>
/// <remarks>
/// Streams of events are kept by the player's session, so that every control serves them; what is told comes of
/// reports of the session, which its node is asked for. Whoever has the session's URL may use them.
/// Source: webrtc-http-egress-events, beside draft-ietf-wish-whep-04.
/// </remarks>
internal sealed class PlayerExtensions(
    IMediaNode node,
    Admission admission,
    EventTeller teller,
    TimeProvider time
)
{
    private const string Relation = "urn:ietf:params:whep:ext:core:";
    private const int BodyBytesMax = 4096;
    private const int IdBytes = 16;

    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(8);

    /// <summary>The extensions of a session, for its 201.</summary>
    /// <param name="session">Its path.</param>
    public static string[] LinksOf(string session) =>
        [
            $"<{session}/sse>; rel=\"{Relation}server-sent-events\"; events=\"{string.Join(',', EventKinds.All)}\"",
            $"<{session}/layer>; rel=\"{Relation}layer\"",
        ];

    /// <summary>POST and DELETE {session}/layer.</summary>
    public async Task HandleLayerAsync(HttpContext context, string prefix)
    {
        if (await TryEnterAsync(context, prefix, "POST, DELETE") is not { } route)
        {
            return;
        }

        if (HttpMethods.IsDelete(context.Request.Method))
        {
            var automatic = new PlayerChange(route.Session) { Layer = LayerBody.Automatic };
            await ChangeAsync(context, route, automatic);
            return;
        }

        if (await TextBody.TryReadAsync(context, BodyBytesMax, BodyTime, time) is not { } text)
        {
            return;
        }

        if (LayerBody.Read(text, out var problem) is not { } choice)
        {
            await Responses.WriteProblemAsync(context, 400, problem!);
            return;
        }

        await ChangeAsync(context, route, new PlayerChange(route.Session) { Layer = choice });
    }

    /// <summary>POST {session}/sse.</summary>
    public async Task HandleEventsAsync(HttpContext context, string prefix)
    {
        if (
            await TryEnterAsync(context, prefix, "POST") is not { } route
            || await TextBody.TryReadAsync(context, BodyBytesMax, BodyTime, time) is not { } text
        )
        {
            return;
        }

        if (EventKinds.Read(text, out var problem) is not { } kinds)
        {
            await Responses.WriteProblemAsync(context, 400, problem!);
            return;
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var change = new PlayerChange(route.Session) { Events = new PlayerEvents(id, kinds) };
        if (await ChangeAsync(context, route, change))
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location =
                $"{route.Prefix}/{route.AppId}/whep/{route.Name}/{route.SessionId}/sse/{id}";
        }
    }

    /// <summary>GET and DELETE {session}/sse/{eventsId}.</summary>
    public async Task HandleStreamAsync(HttpContext context, string prefix)
    {
        if (await TryEnterAsync(context, prefix, "GET, DELETE") is not { } route)
        {
            return;
        }

        var id = context.Request.RouteValues["eventsId"] as string ?? "";
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            var events = new PlayerEvents(id, Kinds: null);
            await ChangeAsync(context, route, new PlayerChange(route.Session) { Events = events });
            return;
        }

        await teller.TellAsync(context, route, id);
    }

    /// <summary>Lets a request pass that has one of the methods and may use the session.</summary>
    private async Task<StreamRoute?> TryEnterAsync(
        HttpContext context,
        string prefix,
        string methods
    )
    {
        Cors.AddHeaders(context.Response);
        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            Cors.AddPreflightHeaders(context.Response, $"OPTIONS, {methods}");
            return null;
        }

        if (!methods.Split(", ").Contains(method, StringComparer.OrdinalIgnoreCase))
        {
            await Responses.WriteMethodNotAllowedAsync(context, $"OPTIONS, {methods}");
            return null;
        }

        var route = StreamRoute.Read(context, prefix);
        return await admission.TryUseSessionAsync(context, route, StreamAction.Play) ? route : null;
    }

    /// <summary>Asks for a change; true when it was made, else the refusal was written.</summary>
    private async Task<bool> ChangeAsync(
        HttpContext context,
        StreamRoute route,
        PlayerChange change
    )
    {
        switch (await TryChangeAsync(route, change, context.RequestAborted))
        {
            case PlayerChangeResult.Done:
                return true;
            case PlayerChangeResult.Refused refused:
                await Responses.WriteProblemAsync(context, 422, refused.Detail);
                return false;
            case PlayerChangeResult.Unavailable unavailable:
                await Refusals.WriteUnavailableAsync(
                    context,
                    unavailable.Detail,
                    unavailable.RetryAfter
                );
                return false;
            default:
                await Responses.WriteProblemAsync(
                    context,
                    StatusCodes.Status404NotFound,
                    "There is no such session or stream of events here."
                );
                return false;
        }
    }

    /// <summary>Changes a player that is at the path: who may use one stream's path may not another's.</summary>
    private async ValueTask<PlayerChangeResult> TryChangeAsync(
        StreamRoute route,
        PlayerChange change,
        CancellationToken cancellation
    ) =>
        await node.DescribeAsync(route.Session, cancellation) switch
        {
            DescribeResult.Unavailable unavailable => new PlayerChangeResult.Unavailable(
                unavailable.Detail,
                unavailable.RetryAfter
            ),
            DescribeResult.Found { Report: var report } when EventTeller.IsAt(report, route) =>
                await node.ChangePlayerAsync(change, cancellation),
            _ => new PlayerChangeResult.NotFound(),
        };
}
