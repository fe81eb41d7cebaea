using System.Collections.Immutable;
using System.Net;
using Edge.Hosting.Discovery.Wire;
using Edge.Hosting.Settings;

namespace Edge.Hosting.Discovery;

/// <summary>Makes processes of what Consul answers. Whoever may write into Consul may have put anything there.</summary>
internal static class CatalogueReader
{
    /// <summary>The processes of a PoP.</summary>
    /// <param name="entries">The answer.</param>
    /// <param name="pop">The PoP's name; entries of others are none of ours.</param>
    /// <param name="index">The answer's index.</param>
    public static CatalogueAnswer.Listed Read(
        IReadOnlyList<HealthEntry?> entries,
        string pop,
        ulong index
    )
    {
        var usable = ImmutableArray.CreateBuilder<CatalogueEntry>();
        var count = 0;
        foreach (var entry in entries)
        {
            if (!string.Equals(entry?.Service?.Meta?.Pop, pop, StringComparison.Ordinal))
            {
                continue;
            }

            count++;
            if (ToEntry(entry!) is { } process)
            {
                usable.Add(process);
            }
        }

        return new(usable.ToImmutable(), count - usable.Count, index);
    }

    private static CatalogueEntry? ToEntry(HealthEntry entry)
    {
        var service = entry.Service!;
        var name = service.Meta!.Node ?? "";
        var text = string.IsNullOrEmpty(service.Address) ? entry.Node?.Address : service.Address;
        return
            SettingFields.IsName(name)
            && service.Port is > 0 and <= IPEndPoint.MaxPort
            && IPAddress.TryParse(text, out var address)
            && !address.Equals(IPAddress.Any)
            && !address.Equals(IPAddress.IPv6Any)
            ? new(
                name,
                new IPEndPoint(address, service.Port),
                service.Meta.Run ?? "",
                ToHealth(entry.Checks)
            )
            : null;
    }

    private static CatalogueHealth ToHealth(HealthCheck?[]? checks) =>
        (checks ?? []).All(check =>
            string.Equals(check?.Status, HealthCheck.Passing, StringComparison.Ordinal)
        )
            ? CatalogueHealth.Passing
            : CatalogueHealth.Critical;
}
