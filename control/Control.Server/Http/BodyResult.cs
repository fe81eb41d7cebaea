namespace Control.Server.Http;

/// <summary>The outcome of reading a request's body.</summary>
internal abstract record BodyResult
{
    private BodyResult() { }

    /// <summary>All of it, as text.</summary>
    public sealed record Complete(string Text) : BodyResult;

    /// <summary>More than is taken (413).</summary>
    public sealed record TooLarge(int BytesMax) : BodyResult;

    /// <summary>It did not come in time (408).</summary>
    public sealed record TooSlow : BodyResult;
}
