using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <summary>What asking a node gave: one of the three.</summary>
/// <param name="Value">What it answered.</param>
/// <param name="Refused">Why it refused.</param>
/// <param name="Failure">Why there is no answer.</param>
internal readonly record struct NodeReply<T>(T? Value, CallsError? Refused, NodeFailure? Failure)
{
    /// <summary>Whether it was done.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsDone => Refused is null && Failure is null;

    /// <summary>A failure.</summary>
    public static implicit operator NodeReply<T>(NodeFailure failure) =>
        new(default, null, failure);
}
