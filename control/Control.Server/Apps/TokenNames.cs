using System.Collections.Immutable;

namespace Control.Server.Apps;

/// <summary>The names a token is limited to.</summary>
/// <param name="IsAny">Whether every name is one of them.</param>
/// <param name="Names">The names, when not every one.</param>
internal sealed record TokenNames(bool IsAny, ImmutableArray<string> Names)
{
    /// <summary>Stands in a list of names for every one.</summary>
    public const string Any = "*";

    /// <summary>Most names in a token. Chosen: as many as there are tracks in a request.</summary>
    public const int CountMax = 64;

    /// <summary>No name at all.</summary>
    public static TokenNames None { get; } = new(false, []);

    /// <summary>Every name.</summary>
    public static TokenNames All { get; } = new(true, []);

    /// <summary>Whether no name is one of them.</summary>
    public bool IsNone => !IsAny && Names.IsEmpty;

    /// <summary>Whether a name is one of them.</summary>
    public bool Contains(string name) => IsAny || Names.Contains(name, StringComparer.Ordinal);

    /// <summary>Makes one of a list as it stands in a token; null when it is too long.</summary>
    public static TokenNames? From(ImmutableArray<string> names)
    {
        if (names.Length > CountMax)
        {
            return null;
        }

        return names.Contains(Any, StringComparer.Ordinal) ? All : new TokenNames(false, names);
    }

    /// <inheritdoc/>
    public bool Equals(TokenNames? other) =>
        other is not null
        && IsAny == other.IsAny
        && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsAny, Names.Length);
}
