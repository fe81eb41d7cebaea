using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Edge.Node.Front;

namespace Edge.Hosting.Settings;

/// <summary>The port that media over TCP shares with HTTPS.</summary>
public sealed record FrontSettings
{
    /// <summary>Where connections are taken (EDGE_FRONT).</summary>
    public required ImmutableArray<IPEndPoint> Addresses { get; init; }

    /// <summary>Addresses for SDP candidates (EDGE_FRONT_ADVERTISE); empty: <see cref="Addresses"/>. Port 0 stands for
    /// the first one's.</summary>
    public required ImmutableArray<IPEndPoint> Advertise { get; init; }

    /// <summary>Where control takes what is HTTPS (EDGE_FRONT_SOCKET).</summary>
    public required string Socket { get; init; }

    /// <summary>Reads and checks them; null when there is to be none.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="socket">Where control takes what is HTTPS, as <see cref="ReadSocket"/> told.</param>
    /// <param name="media">Where media is taken over TCP.</param>
    public static FrontSettings? Read(SettingFields fields, string? socket, IPEndPoint media)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(media);
        if (fields.Find(SettingName.Front) is not { } text)
        {
            if (fields.Has(SettingName.FrontAdvertise))
            {
                fields.Refuse(
                    SettingName.FrontAdvertise,
                    $"means nothing without {SettingName.Front}."
                );
            }

            return null;
        }

        if (!fields.Has(SettingName.FrontSocket))
        {
            fields.Refuse(
                SettingName.FrontSocket,
                $"must be set with {SettingName.Front}: HTTPS goes to the control that listens there."
            );
        }

        var addresses = ReadAddresses(fields, text, media);
        var advertise = ReadAdvertise(fields, addresses);
        WarnOfRefused(fields, addresses, advertise);
        return new FrontSettings
        {
            Addresses = addresses,
            Advertise = advertise,
            Socket = socket ?? "",
        };
    }

    /// <summary>The path of the socket (EDGE_FRONT_SOCKET); null when it is not set or wrong.</summary>
    public static string? ReadSocket(SettingFields fields) =>
        SocketPath.Find(fields, SettingName.FrontSocket);

    private static ImmutableArray<IPEndPoint> ReadAddresses(
        SettingFields fields,
        string text,
        IPEndPoint media
    )
    {
        if (
            SettingText.ToList(text, SettingText.ToEndPoint) is not { } addresses
            || addresses.Length > FrontOptions.AddressesMax
        )
        {
            fields.Refuse(
                SettingName.Front,
                $"'{text}' is not a list of at most {FrontOptions.AddressesMax} address:port, as in 203.0.113.7:443 or [2001:db8::1]:443."
            );
            return [];
        }

        foreach (var address in addresses)
        {
            if (IsSame(address, media))
            {
                // Both would listen, and the kernel would give some connections to one and some to the other.
                fields.Refuse(
                    SettingName.Front,
                    $"{address} is where media is taken over TCP; it needs another port."
                );
            }
        }

        return addresses;
    }

    private static ImmutableArray<IPEndPoint> ReadAdvertise(
        SettingFields fields,
        ImmutableArray<IPEndPoint> addresses
    )
    {
        if (fields.Find(SettingName.FrontAdvertise) is not { } text)
        {
            if (addresses.Any(address => IsAny(address.Address)))
            {
                fields.Refuse(
                    SettingName.FrontAdvertise,
                    $"must be set when {SettingName.Front} has a wildcard: clients are told the node's own address."
                );
            }

            return [];
        }

        var advertised = SettingText.ToList(text, SettingText.ToAddressWithOptionalPort);
        if (advertised is null || advertised.Value.Any(address => IsAny(address.Address)))
        {
            fields.Refuse(
                SettingName.FrontAdvertise,
                $"'{text}' is not a comma-separated list of addresses that clients can dial, as in 203.0.113.7 or 203.0.113.7:443."
            );
        }

        return advertised ?? [];
    }

    /// <summary>Chromium refuses candidates with ports below 1024, but for 80 and 443 at public addresses (libwebrtc,
    /// VerifyCandidate).</summary>
    private static void WarnOfRefused(
        SettingFields fields,
        ImmutableArray<IPEndPoint> addresses,
        ImmutableArray<IPEndPoint> advertise
    )
    {
        var told = advertise.IsEmpty ? addresses : advertise;
        foreach (var address in told)
        {
            var port = address.Port == 0 && !addresses.IsEmpty ? addresses[0].Port : address.Port;
            var isTaken = port is 0 or >= 1024 or 80 or 443;
            if (!isTaken || (port is 80 or 443 && !IsPublic(address.Address)))
            {
                fields.Warn(
                    $"Chromium takes no media from {new IPEndPoint(address.Address, port)}: below port 1024 only 80 and 443, at public addresses."
                );
            }
        }
    }

    private static bool IsPublic(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal)
        {
            return false;
        }

        return address.AddressFamily != AddressFamily.InterNetwork
            || address.GetAddressBytes()
                is not ([10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..]);
    }

    private static bool IsSame(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port
        && one.Port != 0
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
