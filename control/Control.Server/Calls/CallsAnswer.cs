using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;

namespace Control.Server.Calls;

/// <summary>An answer, ready to be written, once or again.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">A JSON object; empty with a status that has none.</param>
/// <param name="RetryAfter">The wait to advise.</param>
internal sealed record CallsAnswer(
    int Status,
    ReadOnlyMemory<byte> Body,
    TimeSpan? RetryAfter = null
)
{
    // Chosen: what fails for a moment is asked again within a second.
    private static readonly TimeSpan RetryDefault = TimeSpan.FromSeconds(1);

    /// <summary>What a refusal says.</summary>
    public ErrorAnswer? Error { get; private init; }

    /// <summary>Whether asking again can end otherwise: such an answer is not kept.</summary>
    public bool IsPassing => RetryAfter is not null || Status >= 500;

    /// <summary>`{}`.</summary>
    public static CallsAnswer Empty { get; } =
        From(StatusCodes.Status200OK, new EmptyAnswer(), CallsJsonContext.Wire.EmptyAnswer);

    /// <summary>A success.</summary>
    public static CallsAnswer From<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>A refusal that asking again does not change.</summary>
    public static CallsAnswer Refuse(int status, string code, string description) =>
        Refuse(status, new ErrorAnswer(code, description, Retryable: false));

    /// <summary>A refusal for now.</summary>
    public static CallsAnswer RefuseForNow(
        int status,
        string code,
        string description,
        TimeSpan retryAfter
    ) => Refuse(status, new ErrorAnswer(code, description, Retryable: true), retryAfter);

    /// <summary>A node's refusal of a session: that it is gone is said in one way.</summary>
    public static CallsAnswer RefuseSession(CallsError error) =>
        error.Code == CallsErrorCode.SessionGone ? SessionGone : Refuse(error);

    /// <summary>A node's refusal.</summary>
    public static CallsAnswer Refuse(CallsError error)
    {
        var form = CallsErrors.Describe(error.Code);
        var answer = new ErrorAnswer(form.Name, error.Description, form.IsRetryable);
        return Refuse(
            form.Status,
            answer,
            form.IsRetryable ? error.RetryAfter ?? RetryDefault : null
        );
    }

    /// <summary>A refusal in full.</summary>
    public static CallsAnswer Refuse(int status, ErrorAnswer error, TimeSpan? retryAfter = null)
    {
        var whole = error with { RetryAfterMs = (long?)retryAfter?.TotalMilliseconds };
        var body = JsonSerializer.SerializeToUtf8Bytes(whole, CallsJsonContext.Wire.ErrorAnswer);
        return new CallsAnswer(status, body, retryAfter) { Error = whole };
    }

    /// <summary>A refusal with the list that readers of tracks expect in every answer.</summary>
    public CallsAnswer WithTracks() =>
        Error is { Tracks: null } error
            ? Refuse(Status, error with { Tracks = [] }, RetryAfter)
            : this;

    /// <summary>No such session, or one that is not the caller's: the two are not told apart.</summary>
    public static CallsAnswer SessionGone { get; } =
        Refuse(
            new CallsError(
                CallsErrorCode.SessionGone,
                "There is no such session: it has ended, or never was. Make a new one."
            )
        );
}
