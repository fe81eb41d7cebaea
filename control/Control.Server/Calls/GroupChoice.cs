namespace Control.Server.Calls;

/// <summary>Which group a request is about.</summary>
/// <param name="Group">The group; null for all of the app.</param>
internal readonly record struct GroupChoice(string? Group)
{
    /// <summary>Why the caller may not ask for it; null when it may.</summary>
    public CallsAnswer? Refusal { get; init; }
}
