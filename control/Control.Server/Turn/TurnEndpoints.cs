using System.Security.Cryptography;
using System.Text.Json;
using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Control.Server.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http;
using Control.Server.Http.Json;
using Control.Server.Http.OpenApi;

namespace Control.Server.Turn;

/// <summary>TURN credentials for the holders of a TURN key, or of an app's secret under the app's
/// id.</summary>
/// <remarks>The paths and answers of Cloudflare's TURN service; partytracks asks for them at the same
/// base URL as the session API.</remarks>
internal sealed class TurnEndpoints(
    TurnSettings? turn,
    CallsParts parts,
    CallsLimiter limiter,
    TimeProvider time
)
{
    private const string Keys = "/v1/turn/keys/{keyId}/credentials";
    private const string Version = "/v1";
    private const int TtlDefaultSeconds = 86_400;
    private const int UserLengthMax = 128;
    private const int UserDigits = 24;

    private readonly CallsBody _body = new(parts.Limits, time);
    private readonly JsonShape.Object _request = new(
        "IceServersRequest",
        [
            new(
                "ttl",
                new JsonShape.Number(1, parts.Limits.TurnSeconds),
                "Seconds the credentials live; a day when left out."
            ),
            new(
                "customIdentifier",
                new JsonShape.Text(1, UserLengthMax),
                "Whose they are; becomes a part of the user name."
            ),
        ]
    );

    /// <summary>Maps the paths, with and without the version.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var many = Describe("generateIceServers", Keys + "/generate-ice-servers") with
        {
            Result = new(
                StatusCodes.Status201Created,
                static () => CallsJsonContext.Wire.IceServersAnswer
            ),
        };
        var one = Describe("generateIceServer", Keys + "/generate") with
        {
            Result = new(
                StatusCodes.Status201Created,
                static () => CallsJsonContext.Wire.SingleIceServerAnswer
            ),
        };
        var revoke = Describe("revokeIceServers", Keys + "/{username}/revoke") with
        {
            Summary = "Take credentials back: answers an error until they have expired.",
            Request = null,
            Result = new(StatusCodes.Status204NoContent, ContentType: null),
        };
        Map(routes, many, CreateMany);
        Map(routes, one, CreateOne);
        Map(routes, revoke, Revoke);
    }

    private void Map(
        IEndpointRouteBuilder routes,
        ApiOperation api,
        Func<HttpContext, JsonElement, CallsAnswer> answer
    )
    {
        foreach (var path in (string[])[api.Path, api.Path[Version.Length..]])
        {
            routes
                .Map(path, context => HandleAsync(context, api.Request, answer))
                .WithMetadata(api);
        }
    }

    private async Task HandleAsync(
        HttpContext context,
        JsonShape.Object? request,
        Func<HttpContext, JsonElement, CallsAnswer> answer
    )
    {
        Cors.AddHeaders(context.Response);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            Cors.AddPreflightHeaders(context.Response, "POST, OPTIONS");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await CallsWriter.WriteAsync(context, await AnswerAsync(context, request, answer));
    }

    private async Task<CallsAnswer> AnswerAsync(
        HttpContext context,
        JsonShape.Object? request,
        Func<HttpContext, JsonElement, CallsAnswer> answer
    )
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST, OPTIONS";
            return CallsAnswer.Refuse(
                StatusCodes.Status405MethodNotAllowed,
                CallsErrors.MethodNotAllowed,
                "There is no such method here; there is POST, OPTIONS."
            );
        }

        if (CheckKey(context) is { } refusal)
        {
            return refusal;
        }

        var (text, unread) = await _body.ReadAsync(context);
        if (text is null)
        {
            return unread!;
        }

        return _body.TryParse(text, request, isOptional: true, out var body)
            ?? answer(context, body);
    }

    private CallsAnswer? CheckKey(HttpContext context)
    {
        var id = context.Request.RouteValues["keyId"] as string ?? "";
        var bearer = BearerHeader.Read(context.Request.Headers.Authorization) ?? "";
        var key =
            parts.Store.Find(CredentialKind.TurnKey, id)
            ?? parts.Store.Find(CredentialKind.App, id);
        var isRight = CredentialSecret.IsAny(key?.Secrets ?? CredentialSecret.Nobody, bearer);
        if (isRight)
        {
            return null;
        }

        var refusal = CallsAnswer.Refuse(
            StatusCodes.Status401Unauthorized,
            CallsErrors.Unauthorized,
            "The bearer is not the secret of this TURN key, or there is no such key."
        );
        return limiter.Refuse(context.Connection.RemoteIpAddress, refusal);
    }

    private CallsAnswer CreateMany(HttpContext context, JsonElement body)
    {
        if (turn is null)
        {
            return NotConfigured();
        }

        var servers = new List<IceServerAnswer>();
        if (!turn.StunUrls.IsEmpty)
        {
            servers.Add(new IceServerAnswer(turn.StunUrls));
        }

        servers.Add(CreateServer(turn, body));
        return CallsAnswer.From(
            StatusCodes.Status201Created,
            new IceServersAnswer(servers),
            CallsJsonContext.Wire.IceServersAnswer
        );
    }

    private CallsAnswer CreateOne(HttpContext context, JsonElement body)
    {
        if (turn is null)
        {
            return NotConfigured();
        }

        var server = CreateServer(turn, body);
        return CallsAnswer.From(
            StatusCodes.Status201Created,
            new SingleIceServerAnswer(server with { Urls = [.. turn.StunUrls, .. server.Urls] }),
            CallsJsonContext.Wire.SingleIceServerAnswer
        );
    }

    /// <summary>A TURN server checks these credentials by itself and asks nobody, so they cannot be taken
    /// back; what has expired is taken back already.</summary>
    private CallsAnswer Revoke(HttpContext context, JsonElement body)
    {
        var username = context.Request.RouteValues["username"] as string ?? "";
        if (TurnCredential.FindExpiry(username) is not { } expiry)
        {
            return CallsAnswer.Refuse(
                StatusCodes.Status404NotFound,
                CallsErrors.NotFound,
                "This is no user name of credentials made here."
            );
        }

        return expiry <= time.GetUtcNow().ToUnixTimeSeconds()
            ? new CallsAnswer(StatusCodes.Status204NoContent, default)
            : CallsAnswer.Refuse(
                StatusCodes.Status501NotImplemented,
                CallsErrors.NotSupported,
                "Time-limited TURN credentials cannot be taken back: the TURN server asks nobody. Ask for a shorter ttl, or change the shared secret."
            );
    }

    private IceServerAnswer CreateServer(TurnSettings settings, JsonElement body)
    {
        var seconds =
            body.FindNumber("ttl") ?? Math.Min(TtlDefaultSeconds, parts.Limits.TurnSeconds);
        var user =
            body.FindText("customIdentifier")
            ?? RandomNumberGenerator.GetHexString(UserDigits, lowercase: true);
        var expiresAt = time.GetUtcNow().AddSeconds(seconds);
        var username = TurnCredential.CreateUsername(expiresAt, user);
        return new IceServerAnswer(settings.TurnUrls)
        {
            Username = username,
            Credential = TurnCredential.CreatePassword(username, settings.Secret),
        };
    }

    private ApiOperation Describe(string id, string path) =>
        new(id, "POST", path, "Make TURN credentials; the bearer is the key's secret.")
        {
            Tag = "turn",
            Request = _request,
            IsRequestOptional = true,
            Result = new(StatusCodes.Status201Created),
        };

    private static CallsAnswer NotConfigured() =>
        CallsAnswer.Refuse(
            StatusCodes.Status501NotImplemented,
            CallsErrors.TurnNotConfigured,
            "No TURN server is configured: EDGE_TURN_URLS and EDGE_TURN_SECRET_FILE are not set."
        );
}
