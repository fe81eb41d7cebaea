using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Control.Server.Settings;

/// <summary>Finds the address under which other devices of the network reach this machine.</summary>
internal static class LanAddress
{
    /// <summary>The IPv4 address of an interface that is up, one with a gateway first; null when
    /// there is none but loopback.</summary>
    public static IPAddress? Find()
    {
        IPAddress? withoutGateway = null;
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (
                network.OperationalStatus != OperationalStatus.Up
                || network.NetworkInterfaceType == NetworkInterfaceType.Loopback
            )
            {
                continue;
            }

            var properties = network.GetIPProperties();
            if (FindAddress(properties) is not { } address)
            {
                continue;
            }

            if (properties.GatewayAddresses.Count > 0)
            {
                return address;
            }

            withoutGateway ??= address;
        }

        return withoutGateway;
    }

    private static IPAddress? FindAddress(IPInterfaceProperties properties)
    {
        foreach (var unicast in properties.UnicastAddresses)
        {
            var address = unicast.Address;
            if (address.AddressFamily == AddressFamily.InterNetwork && !IsLinkLocal(address))
            {
                return address;
            }
        }

        return null;
    }

    // RFC 3927 §2.1: 169.254/16 is not routed and mostly means that there is no network.
    private static bool IsLinkLocal(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) && bytes[0] == 169 && bytes[1] == 254;
    }
}
