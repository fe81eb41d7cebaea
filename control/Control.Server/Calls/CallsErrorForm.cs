namespace Control.Server.Calls;

/// <summary>An error code as clients see it.</summary>
/// <param name="Name">The `errorCode`.</param>
/// <param name="Status">The HTTP status when a whole request fails with it.</param>
/// <param name="IsRetryable">Whether the same request can succeed later.</param>
internal sealed record CallsErrorForm(string Name, int Status, bool IsRetryable);
