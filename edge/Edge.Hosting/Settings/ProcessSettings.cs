using System.Collections.Immutable;
using System.Net;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Settings;

/// <summary>What every process of a PoP is told, whatever it does.</summary>
public sealed record ProcessSettings
{
    /// <summary>Address of health, metrics and drain (EDGE_ADMIN).</summary>
    public required IPEndPoint Admin { get; init; }

    /// <summary>Address of metrics alone (EDGE_METRICS); null: none.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>Name of the point of presence (EDGE_POP).</summary>
    public required string Pop { get; init; }

    /// <summary>Name of the process in its point of presence (EDGE_NODE).</summary>
    public required string Node { get; init; }

    /// <summary>Keys of the PoP (EDGE_POP_KEY_FILE), the one to sign with first; empty: one is made
    /// at start.</summary>
    public required ImmutableArray<PopSecret> PopKeys { get; init; }

    /// <summary>How it talks to the other processes; null: standalone, it talks to none.</summary>
    public required MeshSettings? Mesh { get; init; }

    /// <summary>How long a drain may last (EDGE_DRAIN_SECONDS).</summary>
    public required TimeSpan DrainDeadline { get; init; }

    /// <summary>Lowest level that is logged (EDGE_LOG).</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Reads and checks them; what is wrong is added to the fields' problems.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="isStandalone">Whether the process talks to no other.</param>
    public static ProcessSettings Read(SettingFields fields, bool isStandalone)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (isStandalone)
        {
            WarnOfMesh(fields);
        }

        var node = fields.ReadName(SettingName.Node, "n1");
        return new ProcessSettings
        {
            Admin = fields.ReadEndPoint(
                SettingName.Admin,
                new IPEndPoint(IPAddress.Loopback, 8081)
            ),
            Metrics = fields.FindEndPoint(SettingName.Metrics),
            Pop = fields.ReadName(SettingName.Pop, "local"),
            Node = node,
            PopKeys = ReadPopKeys(fields, isStandalone),
            Mesh = isStandalone ? null : MeshReader.Read(fields, node),
            DrainDeadline = TimeSpan.FromSeconds(
                fields.ReadNumber(SettingName.DrainSeconds, 30, 0, DrainState.SecondsMax)
            ),
            LogLevel = fields.ReadLogLevel(),
        };
    }

    private static void WarnOfMesh(SettingFields fields)
    {
        foreach (var name in (string[])[SettingName.Lan, SettingName.NatsCredentials])
        {
            if (fields.Has(name))
            {
                fields.Warn($"{name} is set, but a standalone process talks to no other.");
            }
        }
    }

    private static ImmutableArray<PopSecret> ReadPopKeys(SettingFields fields, bool isStandalone)
    {
        if (fields.Find(SettingName.PopKeyFile) is { } path)
        {
            return PopKeyFile.Read(path, fields.Problems);
        }

        if (!isStandalone)
        {
            fields.Refuse(
                SettingName.PopKeyFile,
                "must be set: the processes of a PoP know each other by its key, and all have the same."
            );
        }

        return [];
    }
}
