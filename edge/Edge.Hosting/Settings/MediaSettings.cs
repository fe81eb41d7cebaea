using System.Collections.Immutable;
using System.Net;
using Control.Contract.Calls;
using Edge.Hosting.Settings.Limits;

namespace Edge.Hosting.Settings;

/// <summary>How the media node of a process runs.</summary>
public sealed record MediaSettings
{
    private const int ShardsMax = 64;

    /// <summary>Chosen: browsers send a picture within 5 ms.</summary>
    private const int PictureWaitMs = 5;

    private const int PictureWaitMsMax = 50;

    /// <summary>The address of all sessions, over UDP and TCP (EDGE_MEDIA).</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>The address of media over TCP (EDGE_MEDIA_TCP); null: that of the others.</summary>
    public required IPEndPoint? Tcp { get; init; }

    /// <summary>The path of the socket where control takes HTTPS from edges (EDGE_FRONT_SOCKET); null: nowhere.</summary>
    public string? FrontSocket { get; init; }

    /// <summary>The port that TCP shares with HTTPS (EDGE_FRONT); null: there is none.</summary>
    public FrontSettings? Front { get; init; }

    /// <summary>Whether other edges of the PoP on this machine have the same address (EDGE_MEDIA_SHARED).</summary>
    public required bool IsShared { get; init; }

    /// <summary>Addresses for SDP candidates (EDGE_ADVERTISE); port 0 stands for the media port.</summary>
    public required ImmutableArray<IPEndPoint> Advertise { get; init; }

    /// <summary>Media threads (EDGE_SHARDS).</summary>
    public required int Shards { get; init; }

    /// <summary>How long packets of a picture wait for its last one (EDGE_PICTURE_WAIT_MS).</summary>
    public required TimeSpan PictureWait { get; init; }

    /// <summary>The times that the node holds its sessions to, of EDGE_LIMITS.</summary>
    public required CallsNodeLimits Times { get; init; }

    /// <summary>Reads and checks them; what is wrong is added to the fields' problems.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="defaultAddress">Where media is when nothing is said.</param>
    /// <param name="limits">EDGE_LIMITS.</param>
    public static MediaSettings Read(
        SettingFields fields,
        IPAddress defaultAddress,
        CallsLimits limits
    )
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(limits);
        var address = fields.ReadEndPoint(SettingName.Media, new IPEndPoint(defaultAddress, 7000));
        var isShared = fields.ReadSwitch(SettingName.MediaShared, defaultValue: false);
        var tcp = ReadTcp(fields, address, isShared);
        var frontSocket = FrontSettings.ReadSocket(fields);
        return new MediaSettings
        {
            Address = address,
            Tcp = tcp,
            FrontSocket = frontSocket,
            Front = FrontSettings.Read(fields, frontSocket, tcp ?? address),
            IsShared = isShared,
            Advertise = ReadAdvertise(fields, address),
            Shards = fields.ReadNumber(
                SettingName.Shards,
                Math.Min(Environment.ProcessorCount, ShardsMax),
                1,
                ShardsMax
            ),
            PictureWait = TimeSpan.FromMilliseconds(
                fields.ReadNumber(SettingName.PictureWait, PictureWaitMs, 0, PictureWaitMsMax)
            ),
            Times = limits.Times,
        };
    }

    private static IPEndPoint? ReadTcp(SettingFields fields, IPEndPoint media, bool isShared)
    {
        if (fields.Find(SettingName.MediaTcp) is null)
        {
            if (isShared)
            {
                fields.Refuse(
                    SettingName.MediaTcp,
                    $"must be set with {SettingName.MediaShared}: a TCP connection stays with the edge that accepted it."
                );
            }

            return null;
        }

        var address = fields.ReadEndPoint(SettingName.MediaTcp, media);
        if (IsAny(address.Address))
        {
            fields.Refuse(SettingName.MediaTcp, $"clients cannot connect to {address.Address}.");
        }

        return address;
    }

    private static ImmutableArray<IPEndPoint> ReadAdvertise(SettingFields fields, IPEndPoint media)
    {
        var text = fields.Find(SettingName.Advertise);
        if (text is null)
        {
            if (IsAny(media.Address))
            {
                fields.Refuse(
                    SettingName.Advertise,
                    $"must be set when {SettingName.Media} is a wildcard; clients cannot send to {media.Address}."
                );
            }

            return [new IPEndPoint(media.Address, 0)];
        }

        var addresses = SettingText.ToList(text, SettingText.ToAddressWithOptionalPort);
        if (addresses is null)
        {
            fields.Refuse(
                SettingName.Advertise,
                $"'{text}' is not a comma-separated list of addresses, as in 203.0.113.7 or 203.0.113.7:7000."
            );
            return [];
        }

        foreach (var address in addresses)
        {
            if (IsAny(address.Address))
            {
                fields.Refuse(SettingName.Advertise, $"clients cannot send to {address.Address}.");
            }
        }

        return addresses.Value;
    }

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
