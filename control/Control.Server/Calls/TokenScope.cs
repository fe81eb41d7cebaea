using Control.Contract.Calls;
using Control.Server.Apps;

namespace Control.Server.Calls;

/// <summary>What a token grants of what a request asks for; the app's secret grants everything.</summary>
internal static class TokenScope
{
    /// <summary>Why a name may not be published; null when it may.</summary>
    public static string? RefusePublish(this Caller caller, string name) =>
        caller.Claims is null || caller.Claims.Publish.Contains(name)
            ? null
            : $"The token does not let publish '{name}'.";

    /// <summary>Why a session may not be pulled from; null when it may.</summary>
    public static string? RefusePull(this Caller caller, string sessionId) =>
        caller.Claims is null || caller.Claims.Pull.Contains(sessionId)
            ? null
            : "The token does not let pull from this session.";

    /// <summary>The group that a request is about: a token's own, or with the secret the one that the query
    /// names; null for all of the app.</summary>
    public static GroupChoice ChooseGroup(this Caller caller, IQueryCollection query)
    {
        var asked = query["group"].ToString();
        if (asked.Length > AppTokenClaims.GroupLengthMax)
        {
            return new GroupChoice(null)
            {
                Refusal = CallsAnswer.Refuse(
                    new CallsError(
                        CallsErrorCode.InvalidParams,
                        $"group: at most {AppTokenClaims.GroupLengthMax} characters are expected."
                    )
                ),
            };
        }

        if (caller.Claims is not { } claims)
        {
            return new GroupChoice(asked.Length == 0 ? null : asked);
        }

        return asked.Length == 0 || string.Equals(asked, claims.Group, StringComparison.Ordinal)
            ? new GroupChoice(claims.Group)
            : new GroupChoice(null)
            {
                Refusal = CallsAnswer.Refuse(
                    StatusCodes.Status403Forbidden,
                    CallsErrors.Forbidden,
                    "The token is not of this group."
                ),
            };
    }

    /// <summary>Whether names that nobody knows before may be published.</summary>
    public static bool MayPublishAny(this Caller caller) =>
        caller.Claims is null || caller.Claims.Publish.IsAny;
}
