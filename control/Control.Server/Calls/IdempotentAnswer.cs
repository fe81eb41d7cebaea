namespace Control.Server.Calls;

/// <summary>The outcome of a request with an Idempotency-Key.</summary>
internal abstract record IdempotentAnswer
{
    private IdempotentAnswer() { }

    /// <summary>It was done now.</summary>
    public sealed record First(CallsAnswer Answer) : IdempotentAnswer;

    /// <summary>It was asked before; the answer it gets, or got.</summary>
    public sealed record Again(Task<CallsAnswer> Answer) : IdempotentAnswer;

    /// <summary>The key was used for something else.</summary>
    public sealed record Mismatch : IdempotentAnswer;
}
