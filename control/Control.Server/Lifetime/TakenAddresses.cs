using System.Net;
using System.Net.Sockets;
using Control.Server.Settings;
using Edge.Hosting.Settings;

namespace Control.Server.Lifetime;

/// <summary>Looks whether the addresses of a process are free, before it opens any of them.</summary>
/// <remarks>Media shards share their port by SO_REUSEPORT, and the kernel lets any process of the same
/// user join them: a second standalone process on the port would start without an error and take
/// flows of the first one's sessions. A socket that does not ask to share finds it taken.</remarks>
internal static class TakenAddresses
{
    /// <summary>A line for each address that cannot be opened.</summary>
    public static IEnumerable<string> Find(ControlSettings settings)
    {
        foreach (var address in settings.Http)
        {
            if (TryListen(address) is { } error)
            {
                yield return $"{SettingName.Http}: {address}: {error}.";
            }
        }

        if (TryListen(settings.Admin) is { } adminError)
        {
            yield return $"{SettingName.Admin}: {settings.Admin}: {adminError}.";
        }

        if (TryBind(settings.Media) is { } mediaError)
        {
            yield return $"{SettingName.Media}: {settings.Media} (UDP): {mediaError}.";
        }
    }

    private static string? TryListen(IPEndPoint address)
    {
        try
        {
            using var probe = new TcpListener(address);
            probe.Start();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }

    private static string? TryBind(IPEndPoint address)
    {
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(address);
            return null;
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }
}
