namespace Control.Server.Apps.Credentials;

/// <summary>The outcome of taking a token back.</summary>
internal abstract record RevocationResult
{
    private RevocationResult() { }

    /// <summary>It is not taken any more, from now on.</summary>
    public sealed record Done : RevocationResult;

    /// <summary>There is no room for more; changing the app's secret takes all its tokens back.</summary>
    /// <param name="CountMax">How many there may be.</param>
    /// <param name="IsOfAllApps">Whether of all apps together, or of one.</param>
    public sealed record Full(int CountMax, bool IsOfAllApps) : RevocationResult;

    /// <summary>The state file could not be written; nothing was changed.</summary>
    public sealed record NotSaved(string Problem) : RevocationResult;
}
