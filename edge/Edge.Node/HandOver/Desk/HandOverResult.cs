namespace Edge.Node.HandOver.Desk;

/// <summary>What became of a group that was given to another node.</summary>
internal abstract record HandOverResult
{
    private HandOverResult() { }

    /// <summary>All of it lives there now.</summary>
    public sealed record Taken : HandOverResult;

    /// <summary>Nothing of it lives there, nor will.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(HandOverRefusal Reason) : HandOverResult;

    /// <summary>It may live there or not. It must not go on anywhere else, nor here: keys are never used twice.</summary>
    /// <param name="IsNowhere">Whether the node says that nothing of it lives there now: a former run of it may have taken it and
    /// used its keys. Of what has no keys yet that says all.</param>
    public sealed record Unknown(bool IsNowhere = false) : HandOverResult;
}
