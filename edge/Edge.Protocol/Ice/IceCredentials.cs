using Edge.Primitives;

namespace Edge.Protocol.Ice;

/// <summary>The username fragment and password of one side of an ICE session (RFC 8445 §5.3).</summary>
/// <remarks>Shape: ice-char only (RFC 8839 §5.4), see <see cref="IsWellFormed"/>. The password never
/// appears in text made of this record.</remarks>
public sealed record IceCredentials(string UsernameFragment, string Password)
{
    /// <summary>Shortest fragment (RFC 8839 §5.4).</summary>
    public const int FragmentLengthMin = 4;

    /// <summary>Shortest password (RFC 8839 §5.4).</summary>
    public const int PasswordLengthMin = 22;

    /// <summary>Longest fragment and longest password (RFC 8839 §5.4).</summary>
    public const int LengthMax = 256;

    /// <summary>Length of the passwords made here: 192 random bits, where RFC 8445 §5.3 asks for 128.</summary>
    public const int PasswordLength = 32;

    private const int FragmentLength = 16;

    /// <summary>Whether both parts have lengths and characters of RFC 8839 §5.4.</summary>
    public bool IsWellFormed =>
        UsernameFragment.Length is >= FragmentLengthMin and <= LengthMax
        && Password.Length is >= PasswordLengthMin and <= LengthMax
        && IsIceText(UsernameFragment)
        && IsIceText(Password);

    /// <summary>Draws credentials whose fragment carries no routing data.</summary>
    public static IceCredentials Create(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(random.NextToken(FragmentLength), random.NextToken(PasswordLength));
    }

    /// <summary>Draws a password for a fragment that is given (one that carries an owner code).</summary>
    public static IceCredentials Create(string usernameFragment, Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new(usernameFragment, random.NextToken(PasswordLength));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{UsernameFragment}:(password withheld)";

    private static bool IsIceText(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '/'))
            {
                return false;
            }
        }

        return true;
    }
}
