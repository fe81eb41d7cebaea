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

    /// <summary>Whether names that nobody knows before may be published.</summary>
    public static bool MayPublishAny(this Caller caller) =>
        caller.Claims is null || caller.Claims.Publish.IsAny;
}
