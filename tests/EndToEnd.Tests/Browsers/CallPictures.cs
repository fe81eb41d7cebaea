namespace EndToEnd.Tests.Browsers;

/// <summary>What the browser says of the cameras of a call, painted or not.</summary>
/// <param name="At">The moment: milliseconds since 1970, the same for all pages of a machine.</param>
/// <param name="Encoded">Pictures of the page's own camera that were encoded.</param>
/// <param name="Decoded">Pictures of each other person that were decoded, by name.</param>
internal sealed record CallPictures(
    double At,
    int Encoded,
    IReadOnlyDictionary<string, int> Decoded
)
{
    /// <summary>With every person, for the message of a wait that was in vain.</summary>
    public override string ToString() => $"{Encoded} encoded, {string.Join(", ", Decoded)}";
}
