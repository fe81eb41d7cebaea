using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;

namespace Control.Server.Calls;

/// <summary>Tokens: signed here for who has no JWT library at hand, and taken back.</summary>
internal sealed class TokenCalls(CredentialStore store, TimeProvider time)
{
    private const int IdDigits = 32;
    private const int IdLengthMax = 128;
    private static readonly ImmutableArray<string> OfTheInvitation =
    [
        "publish",
        "pull",
        "session",
        "subject",
        "group",
        "invite",
        "stream",
        "action",
    ];

    /// <summary>POST tokens.</summary>
    public Task<CallsAnswer> NewAsync(CallsCall call)
    {
        if (call.Caller.Claims is { IsInvitation: true } invitation)
        {
            return AcceptAsync(call, invitation);
        }

        var body = call.Body;
        var expiresAt = time.GetUtcNow().ToUnixTimeSeconds() + body.FindNumber("ttl")!.Value;
        var claims = new AppTokenClaims(call.AppId, expiresAt)
        {
            Id = DrawId(),
            Subject = body.FindText("subject"),
            Session = body.FindText("session"),
            Group = body.FindText("group"),
            IsInvitation = body.FindFlag("invite") == true,
            Publish = ToNames(body.Find("publish")),
            Pull = ToNames(body.Find("pull")),
            Stream = body.FindText("stream"),
            Action = body.FindText("action"),
        };
        if (claims.Stream is null != claims.Action is null)
        {
            return Invalid("stream and action: both or neither are expected.");
        }

        if (!claims.HasGrant)
        {
            return Invalid(
                "publish, pull, session or stream with action is expected: the token grants nothing."
            );
        }

        return SignAsync(claims);
    }

    /// <summary>POST tokens/{tokenId}/revoke.</summary>
    public Task<CallsAnswer> RevokeAsync(CallsCall call)
    {
        if (call.TokenId.Length > IdLengthMax)
        {
            return Invalid($"A token's id has at most {IdLengthMax} characters.");
        }

        var until = call.Body.FindNumber("expiresAt") is { } seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MaxValue;
        var result = store.Revoke(new TokenName(call.AppId, call.TokenId), until);
        return Task.FromResult(
            result switch
            {
                RevocationResult.Done => CallsAnswer.Empty,
                RevocationResult.Full full => CallsAnswer.Refuse(
                    StatusCodes.Status429TooManyRequests,
                    CallsErrors.TooManyRequests,
                    $"{full.CountMax} tokens of {(full.IsOfAllApps ? "all apps" : "the app")} are revoked already; change the app's secret instead."
                ),
                RevocationResult.NotSaved notSaved => CallsAnswer.Refuse(
                    StatusCodes.Status500InternalServerError,
                    CallsErrors.Internal,
                    notSaved.Problem
                ),
                _ => throw new InvalidOperationException($"A revocation ended as {result}."),
            }
        );
    }

    /// <summary>A token for one of the people an invitation is for: what the invitation grants, for one
    /// person. The subject is drawn, or one guest could come as another and have its sessions.</summary>
    private Task<CallsAnswer> AcceptAsync(CallsCall call, AppTokenClaims invitation)
    {
        var body = call.Body;
        foreach (var name in OfTheInvitation)
        {
            if (body.Find(name) is not null)
            {
                return Invalid($"{name}: the invitation settles it; only ttl is expected.");
            }
        }

        var expiresAt = time.GetUtcNow().ToUnixTimeSeconds() + body.FindNumber("ttl")!.Value;
        return SignAsync(
            invitation with
            {
                ExpiresAt = Math.Min(expiresAt, invitation.ExpiresAt),
                Id = DrawId(),
                Subject = $"guest-{DrawId()}",
                Parent = invitation.Id,
                IsInvitation = false,
            }
        );
    }

    private Task<CallsAnswer> SignAsync(AppTokenClaims claims)
    {
        if (store.Find(CredentialKind.App, claims.App) is not { } app)
        {
            return Invalid("The app was deleted.");
        }

        var token = AppToken.Sign(claims, app.Secrets[0].Text);
        return token.Length > AppToken.LengthMax
            ? Invalid($"The names make the token longer than {AppToken.LengthMax} characters.")
            : Task.FromResult(
                CallsAnswer.From(
                    StatusCodes.Status201Created,
                    new TokenAnswer(token, claims.Id!, (long)claims.ExpiresAt),
                    CallsJsonContext.Wire.TokenAnswer
                )
            );
    }

    private static string DrawId() => RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);

    private static TokenNames ToNames(JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.Array } list)
        {
            return value is { ValueKind: JsonValueKind.True } ? TokenNames.All : TokenNames.None;
        }

        // The shape of the body holds the count to what a token takes.
        return TokenNames.From([.. list.EnumerateArray().Select(name => name.GetString()!)])
            ?? TokenNames.None;
    }

    private static Task<CallsAnswer> Invalid(string sentence) =>
        Task.FromResult(
            CallsAnswer.Refuse(
                StatusCodes.Status406NotAcceptable,
                CallsErrors.InvalidParams,
                sentence
            )
        );
}
