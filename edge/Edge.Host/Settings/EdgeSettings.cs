using System.Collections.Immutable;
using System.Net;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;
using Edge.Hosting.Settings.Mesh;

namespace Edge.Host.Settings;

/// <summary>The settings of an edge, read and checked: every value here can be used as it is.</summary>
internal sealed record EdgeSettings
{
    private const int WithdrawSecondsMax = 60;

    /// <summary>What every process has.</summary>
    public required ProcessSettings Process { get; init; }

    /// <summary>The media node.</summary>
    public required MediaSettings Media { get; init; }

    /// <summary>How long a drain waits for routers to send flows elsewhere before sessions go to other edges
    /// (EDGE_DRAIN_WITHDRAW_SECONDS).</summary>
    public required TimeSpan DrainWithdraw { get; init; }

    /// <summary>Whether the edges of the PoP keep each other's sessions (EDGE_TAKEOVER).</summary>
    public required bool IsTakenOver { get; init; }

    /// <summary>Where it tells anycastd which process it is (EDGE_ANYCAST_SOCKET); null: nowhere.</summary>
    public required string? AnycastSocket { get; init; }

    /// <summary>Sentences to say at each start.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>How it talks to the other processes: an edge alone would be asked by nobody.</summary>
    public MeshSettings Mesh =>
        Process.Mesh ?? throw new InvalidOperationException("An edge is not standalone.");

    /// <summary>Reads and checks everything; reads the key file, opens no socket.</summary>
    public static SettingsResult<EdgeSettings> Read(SettingsSource source)
    {
        var fields = new SettingFields(source);
        if (fields.ReadSwitch(SettingName.Standalone, defaultValue: false))
        {
            fields.Refuse(
                SettingName.Standalone,
                "control runs the media node itself then; an edge stands beside controls that have it at 0."
            );
        }

        var limits = fields.Find(SettingName.Limits) is { } text
            ? LimitListText.Parse(text, fields.Problems)
            : new();
        var settings = new EdgeSettings
        {
            Process = ProcessSettings.Read(fields, isStandalone: false),
            Media = MediaSettings.Read(fields, IPAddress.Loopback, limits),
            DrainWithdraw = TimeSpan.FromSeconds(
                fields.ReadNumber(SettingName.DrainWithdrawSeconds, 1, 0, WithdrawSecondsMax)
            ),
            IsTakenOver = fields.ReadSwitch(SettingName.Takeover, defaultValue: false),
            AnycastSocket = SocketPath.Find(fields, SettingName.AnycastSocket),
            Warnings = [.. fields.Warnings],
        };
        return fields.Problems.Count == 0
            ? new SettingsResult<EdgeSettings>.Accepted(settings)
            : new SettingsResult<EdgeSettings>.Refused([.. fields.Problems]);
    }
}
