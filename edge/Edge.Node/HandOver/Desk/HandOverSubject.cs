using System.Globalization;
using Edge.Mesh;

namespace Edge.Node.HandOver.Desk;

/// <summary>The subject at which a node is asked to take sessions, and given them.</summary>
internal static class HandOverSubject
{
    /// <summary>That of a node.</summary>
    public static string Of(NodeAddress node) =>
        string.Create(CultureInfo.InvariantCulture, $"handover.{node.Pop}.{node.Node}");
}
