namespace Edge.Primitives;

/// <summary>The identification tag of an m-section (RFC 5888, RFC 8843).</summary>
public readonly record struct Mid(Token16 Token)
{
    /// <summary>Makes a mid from text; throws when it is not a token of 1 to 16 characters.</summary>
    public static Mid Create(string text) => new(Token16.Create(text));

    /// <inheritdoc/>
    public override string ToString() => Token.ToString();
}
