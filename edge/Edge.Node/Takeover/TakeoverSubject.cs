using System.Globalization;

namespace Edge.Node.Takeover;

/// <summary>The subjects by which processes of a PoP keep each other's sessions.</summary>
internal static class TakeoverSubject
{
    /// <summary>By which all say that they are there.</summary>
    public static string Hello(ushort pop) =>
        string.Create(CultureInfo.InvariantCulture, $"takeover.{pop}.hello");

    /// <summary>By which one is told of sessions.</summary>
    public static string Frames(ushort pop, ushort node) =>
        string.Create(CultureInfo.InvariantCulture, $"takeover.{pop}.node.{node}");
}
