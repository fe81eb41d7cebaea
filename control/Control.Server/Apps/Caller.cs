using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Control.Server.Apps;

/// <summary>Who calls, once the credentials were found right.</summary>
/// <param name="AppId">The app.</param>
/// <param name="Claims">What the token grants; null for a holder of the app's secret, who may everything
/// in the app.</param>
/// <param name="Owner">Who sessions made by this caller belong to; null with the secret.</param>
internal sealed record Caller(string AppId, AppTokenClaims? Claims, string? Owner)
{
    /// <summary>Whether the caller may everything in the app.</summary>
    public bool IsApp => Claims is null;

    /// <summary>Makes the caller of a token.</summary>
    /// <remarks>The subject, so that the next token of the same person goes on with the sessions of the
    /// last; else the token's own name; else the token.</remarks>
    public static Caller From(AppTokenClaims claims, string token)
    {
        var owner = claims switch
        {
            { Subject: { } subject } => $"sub:{subject}",
            { Id: { } id } => $"jti:{id}",
            _ =>
                $"token:{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}",
        };
        return new Caller(claims.App, claims, owner);
    }
}
