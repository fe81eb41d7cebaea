namespace Edge.Primitives;

/// <summary>The identifier of one simulcast encoding (RFC 8851 §4, RFC 8852 §3).</summary>
public readonly record struct Rid(Token16 Token)
{
    /// <summary>Makes a rid from text; throws when it is not a token of 1 to 16 characters.</summary>
    public static Rid Create(string text) => new(Token16.Create(text));

    /// <summary>Whether this is no rid at all (a stream without simulcast).</summary>
    public bool IsEmpty => Token.IsEmpty;

    /// <inheritdoc/>
    public override string ToString() => Token.ToString();
}
