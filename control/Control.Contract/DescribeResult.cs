using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>What is known of a session, or why nothing is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Found), "found")]
[JsonDerivedType(typeof(NotFound), "notFound")]
[JsonDerivedType(typeof(Unavailable), "unavailable")]
public abstract record DescribeResult
{
    private DescribeResult() { }

    /// <summary>It is there.</summary>
    /// <param name="Report">What is known of it.</param>
    public sealed record Found(SessionReport Report) : DescribeResult;

    /// <summary>There is none of this id in the app (404).</summary>
    public sealed record NotFound : DescribeResult;

    /// <summary>Its owner cannot be reached now; it may well be there (503 with Retry-After).</summary>
    /// <param name="Detail">A sentence for the person at the other end; no secrets.</param>
    /// <param name="RetryAfter">When it makes sense to ask again.</param>
    public sealed record Unavailable(string Detail, TimeSpan? RetryAfter) : DescribeResult;
}
