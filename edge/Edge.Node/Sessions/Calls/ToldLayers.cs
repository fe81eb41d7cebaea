using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <summary>What <see cref="WantedLayers"/> knows.</summary>
/// <param name="Told">The layers that the client was last told, one bit each.</param>
/// <param name="OtherSince">Since when others are watched; unset while none are.</param>
/// <param name="IsMissed">Whether what was told may not have been heard.</param>
internal readonly record struct ToldLayers(uint Told, Instant OtherSince, bool IsMissed)
{
    /// <summary>What is known before anything was told.</summary>
    public static ToldLayers None { get; } = new(uint.MaxValue, Instant.Never, IsMissed: false);
}
