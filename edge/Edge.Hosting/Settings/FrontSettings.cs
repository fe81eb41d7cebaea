using System.Collections.Immutable;
using System.Net;
using System.Text;
using Edge.Native.Sockets;
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
    /// <param name="media">Where media is taken over TCP.</param>
    public static FrontSettings? Read(SettingFields fields, IPEndPoint media)
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

        var addresses = ReadAddresses(fields, text, media);
        return new FrontSettings
        {
            Addresses = addresses,
            Advertise = ReadAdvertise(fields, addresses),
            Socket = ReadSocketOfFront(fields),
        };
    }

    /// <summary>The path of the socket (EDGE_FRONT_SOCKET); null when it is not set or wrong.</summary>
    public static string? ReadSocket(SettingFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Find(SettingName.FrontSocket) is not { } path)
        {
            return null;
        }

        if (
            Path.IsPathFullyQualified(path)
            && Encoding.UTF8.GetByteCount(path) <= SocketHandOver.PathBytesMax
        )
        {
            return path;
        }

        fields.Refuse(
            SettingName.FrontSocket,
            $"'{path}' is not a path from the root of at most {SocketHandOver.PathBytesMax} bytes."
        );
        return null;
    }

    private static string ReadSocketOfFront(SettingFields fields)
    {
        if (!fields.Has(SettingName.FrontSocket))
        {
            fields.Refuse(
                SettingName.FrontSocket,
                $"must be set with {SettingName.Front}: HTTPS goes to the control that listens there."
            );
        }

        return ReadSocket(fields) ?? "";
    }

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

    private static bool IsSame(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port
        && one.Port != 0
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
