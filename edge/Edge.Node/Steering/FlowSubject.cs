using System.Globalization;

namespace Edge.Node.Steering;

/// <summary>The subject by which the nodes of a PoP tell each other of flows.</summary>
internal static class FlowSubject
{
    /// <summary>That of a PoP, by its number.</summary>
    public static string Of(ushort pop) =>
        string.Create(CultureInfo.InvariantCulture, $"flows.{pop}");
}
