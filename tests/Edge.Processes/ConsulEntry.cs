using System.Text.Json;

namespace Edge.Processes;

/// <summary>A process in Consul's catalogue.</summary>
/// <param name="Pop">Its PoP, by its own word.</param>
/// <param name="Node">Its name.</param>
/// <param name="Kind">What it is: edge or control.</param>
/// <param name="Version">The version of its program.</param>
/// <param name="Address">Where it listens for the others of its PoP.</param>
/// <param name="Status">The state of its check: passing, warning or critical.</param>
public sealed record ConsulEntry(
    string Pop,
    string Node,
    string Kind,
    string Version,
    string Address,
    string Status
)
{
    internal static ConsulEntry Read(JsonElement entry)
    {
        var service = entry.GetProperty("Service");
        var check = entry
            .GetProperty("Checks")
            .EnumerateArray()
            .First(each => Text(each, "CheckID").StartsWith("edge.", StringComparison.Ordinal));
        var meta = service.GetProperty("Meta");
        return new(
            Text(meta, "pop"),
            Text(meta, "node"),
            Text(meta, "kind"),
            Text(meta, "version"),
            $"{Text(service, "Address")}:{service.GetProperty("Port")}",
            Text(check, "Status")
        );
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString()!;
}
