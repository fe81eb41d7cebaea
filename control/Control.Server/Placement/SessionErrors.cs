using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>The refusals of sessions whose owner cannot be asked.</summary>
internal static class SessionErrors
{
    /// <summary>Nobody has it.</summary>
    public static readonly CallsError Gone = new(
        CallsErrorCode.SessionGone,
        "The session does not exist or has ended; make a new one."
    );
}
