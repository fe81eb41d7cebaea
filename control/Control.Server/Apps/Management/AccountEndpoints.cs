using System.Text.Json;
using Control.Contract;
using Control.Server.Apps.Credentials;
using Control.Server.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http;
using Control.Server.Http.Json;
using Control.Server.Http.OpenApi;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Apps.Management;

/// <summary>Makes, lists, renames, rotates and deletes apps and TURN keys, for the operator.</summary>
/// <remarks>The paths and the envelope are those of Cloudflare's account API. There is one operator and
/// one set of apps, so any account id names it.</remarks>
internal sealed class AccountEndpoints(
    AccountGate gate,
    CredentialStore store,
    IMediaNode node,
    CallsLimits limits,
    TimeProvider time
)
{
    private const string Account = "/v1/accounts/{accountId}/calls/";
    private const int NameLengthMax = 256;

    private static readonly JsonShape.Object NameShape = new(
        "CredentialRequest",
        [
            new("name", new JsonShape.Text(1, NameLengthMax), "What its owner calls it.")
            {
                IsRequired = true,
            },
        ]
    );

    private readonly CallsBody _body = new(limits, time);

    /// <summary>Maps the paths of both kinds.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, CredentialKind.App, "App", Account + "apps", "/{appId}");
        Map(routes, CredentialKind.TurnKey, "TurnKey", Account + "turn_keys", "/{keyId}");
    }

    private void Map(
        IEndpointRouteBuilder routes,
        CredentialKind kind,
        string noun,
        string path,
        string id
    )
    {
        MapPath(
            routes,
            kind,
            path,
            [
                Describe($"list{noun}s", "GET", path, "List them all.") with
                {
                    Result = new(200, static () => CallsJsonContext.Wire.AccountListAnswer),
                },
                Describe($"create{noun}", "POST", path, "Make one; the answer has its secret.") with
                {
                    Request = NameShape,
                    Result = new(201, static () => CallsJsonContext.Wire.AccountAnswer),
                },
            ]
        );
        MapPath(
            routes,
            kind,
            path + id,
            [
                Describe($"read{noun}", "GET", path + id, "Read one."),
                Describe($"rename{noun}", "PUT", path + id, "Give it another name.") with
                {
                    Request = NameShape,
                },
                Describe($"delete{noun}", "DELETE", path + id, "Delete it, with its sessions."),
            ]
        );
        const string rotate = "A new secret; the one before stays valid too.";
        MapPath(
            routes,
            kind,
            path + id + "/rotate",
            [Describe($"rotate{noun}", "POST", path + id + "/rotate", rotate)]
        );
        const string retire = "Only the newest secret stays valid.";
        MapPath(
            routes,
            kind,
            path + id + "/retire",
            [Describe($"retire{noun}", "POST", path + id + "/retire", retire)]
        );
    }

    private void MapPath(
        IEndpointRouteBuilder routes,
        CredentialKind kind,
        string path,
        ApiOperation[] operations
    ) =>
        routes
            .Map(path, context => HandleAsync(context, kind, operations))
            .WithMetadata([.. operations]);

    private async Task HandleAsync(
        HttpContext context,
        CredentialKind kind,
        ApiOperation[] operations
    )
    {
        Cors.AddHeaders(context.Response);
        var answer = await AnswerAsync(context, kind, operations);
        await CallsWriter.WriteAsync(context, answer);
    }

    private async Task<CallsAnswer> AnswerAsync(
        HttpContext context,
        CredentialKind kind,
        ApiOperation[] operations
    )
    {
        var operation = Array.Find(
            operations,
            each => HttpMethods.Equals(each.Method, context.Request.Method)
        );
        if (operation is null)
        {
            var methods = string.Join(", ", operations.Select(each => each.Method));
            context.Response.Headers.Allow = methods;
            return AccountAnswers.Refuse(405, $"There is no such method here; there is {methods}.");
        }

        if (gate.Check(context) is { } refusal)
        {
            return refusal;
        }

        var (text, unread) = await _body.ReadAsync(context);
        if (text is null)
        {
            return AccountAnswers.From(unread!);
        }

        if (_body.TryParse(text, operation.Request, isOptional: false, out var body) is { } wrong)
        {
            return AccountAnswers.From(wrong);
        }

        var route = context.Request.RouteValues;
        var id = (route["appId"] ?? route["keyId"]) as string ?? "";
        return await RunAsync(operation, kind, id, body);
    }

    private async Task<CallsAnswer> RunAsync(
        ApiOperation operation,
        CredentialKind kind,
        string id,
        JsonElement body
    )
    {
        var isOne = id.Length > 0;
        var name = body.FindText("name") ?? "";
        switch (operation.Method)
        {
            case "GET" when isOne:
                return store.Find(kind, id) is { } found
                    ? AccountAnswers.From(200, kind, found, store.IsSaved)
                    : AccountAnswers.NotFound();
            case "GET":
                return AccountAnswers.From(store.List(kind), store.IsSaved);
            case "PUT":
                return Answer(200, kind, store.Rename(kind, id, name));
            case "DELETE":
                return await DeleteAsync(kind, id);
            case "POST" when operation.Path.EndsWith("/rotate", StringComparison.Ordinal):
                return Answer(200, kind, store.Rotate(kind, id), Secrecy.Shown);
            case "POST" when isOne:
                return Answer(200, kind, store.Retire(kind, id));
            default:
                return Answer(201, kind, store.Create(kind, name), Secrecy.Shown);
        }
    }

    private async Task<CallsAnswer> DeleteAsync(CredentialKind kind, string id)
    {
        var change = store.Delete(kind, id);
        if (change is CredentialChange.Done && kind == CredentialKind.App)
        {
            // Whatever becomes of this request. Those being made meanwhile end themselves: their app is gone.
            await node.CloseAppAsync(id);
        }

        return Answer(200, kind, change);
    }

    private CallsAnswer Answer(
        int status,
        CredentialKind kind,
        CredentialChange change,
        Secrecy secrecy = Secrecy.Hidden
    ) =>
        change switch
        {
            CredentialChange.Done done => AccountAnswers.From(
                status,
                kind,
                done.Credential,
                store.IsSaved,
                secrecy
            ),
            CredentialChange.NotFound => AccountAnswers.NotFound(),
            CredentialChange.Configured => AccountAnswers.Refuse(
                409,
                "This app stands in EDGE_APPS: change it there and start again."
            ),
            CredentialChange.TooMany many => AccountAnswers.Refuse(
                409,
                $"There are {many.CountMax} already: delete one first."
            ),
            CredentialChange.NotSaved notSaved => AccountAnswers.Refuse(500, notSaved.Problem),
            _ => throw new InvalidOperationException($"A change ended as {change}."),
        };

    private static ApiOperation Describe(string id, string method, string path, string summary) =>
        new(id, method, path, summary)
        {
            Tag = "account",
            Result = new(200, static () => CallsJsonContext.Wire.AccountAnswer),
            Error = static () => CallsJsonContext.Wire.AccountAnswer,
        };
}
