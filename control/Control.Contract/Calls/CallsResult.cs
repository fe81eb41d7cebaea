using System.Diagnostics.CodeAnalysis;

namespace Control.Contract.Calls;

/// <summary>The outcome of a request: a value, or why there is none.</summary>
/// <remarks>A batch of which some items failed is a value; the items say so.</remarks>
/// <param name="Value">The outcome; null when it was refused.</param>
/// <param name="Error">Why it was refused; null when it was not.</param>
public readonly record struct CallsResult<T>(T? Value, CallsError? Error)
    where T : class
{
    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsDone => Error is null;

    /// <summary>A success.</summary>
    public static implicit operator CallsResult<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator CallsResult<T>(CallsError error) => new(null, error);
}
