using Control.Contract.Calls;

namespace Control.Server.Calls;

/// <summary>The error codes on the wire, and their statuses.</summary>
/// <remarks>Source: Cloudflare's documented error codes; those of their services have no documented
/// status. `forbidden`, `method_not_allowed`, `too_many_requests`, `idempotency_key_reused`,
/// `not_supported` and `turn_not_configured` are ours.</remarks>
internal static class CallsErrors
{
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string Decoding = "decoding_error";
    public const string InvalidParams = "invalid_params";
    public const string PayloadTooLarge = "payload_too_large";
    public const string TooManyRequests = "too_many_requests";
    public const string KeyReused = "idempotency_key_reused";
    public const string NotSupported = "not_supported";
    public const string TurnNotConfigured = "turn_not_configured";
    public const string TemporarilyUnavailable = "temporarily_unavailable_error";
    public const string Internal = "internal_error";

    private const int NotAcceptable = StatusCodes.Status406NotAcceptable;
    private const int TooEarly = 425;
    private const int Unavailable = StatusCodes.Status503ServiceUnavailable;

    /// <summary>A node's refusal on the wire.</summary>
    public static CallsErrorForm Describe(CallsErrorCode code) =>
        code switch
        {
            CallsErrorCode.InvalidParams => new(InvalidParams, NotAcceptable, IsRetryable: false),
            CallsErrorCode.InvalidSessionDescription => new(
                "invalid_session_description",
                NotAcceptable,
                IsRetryable: false
            ),
            CallsErrorCode.SessionConnecting => new("session_error", TooEarly, IsRetryable: true),
            CallsErrorCode.SessionGone => new(
                "session_error",
                StatusCodes.Status410Gone,
                IsRetryable: false
            ),
            CallsErrorCode.TrackNotFound => new(
                "not_found_track_error",
                NotAcceptable,
                IsRetryable: true
            ),
            CallsErrorCode.TrackEmpty => new("empty_track_error", NotAcceptable, IsRetryable: true),
            CallsErrorCode.TrackRepeated => new(
                "repeated_local_track_error",
                NotAcceptable,
                IsRetryable: false
            ),
            CallsErrorCode.UpdateTrack => new(
                "update_track_error",
                NotAcceptable,
                IsRetryable: false
            ),
            CallsErrorCode.CloseTrack => new(
                "close_track_error",
                NotAcceptable,
                IsRetryable: false
            ),
            CallsErrorCode.Overloaded => new(
                TemporarilyUnavailable,
                Unavailable,
                IsRetryable: true
            ),
            CallsErrorCode.Unavailable => new(
                "transport_unavailable_error",
                Unavailable,
                IsRetryable: true
            ),
            CallsErrorCode.None or _ => throw new InvalidOperationException(
                $"The node refused with {code}."
            ),
        };
}
