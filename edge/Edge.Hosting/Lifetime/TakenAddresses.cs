using System.Net;
using System.Net.Sockets;
using Edge.Hosting.Settings;

namespace Edge.Hosting.Lifetime;

/// <summary>Looks whether the addresses of a process are free, before it opens any of them.</summary>
/// <remarks>Media shards share their port by SO_REUSEPORT, and the kernel lets any process of the same
/// user join them: a second standalone process on the port would start without an error and take
/// flows of the first one's sessions. A socket that does not ask to share finds it taken.</remarks>
public sealed class TakenAddresses
{
    private readonly List<string> _problems = [];

    /// <summary>A line for each address that cannot be opened.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Looks at a TCP address.</summary>
    /// <param name="setting">What names it.</param>
    /// <param name="address">The address; port 0 is always free. Null: there is none.</param>
    public TakenAddresses Listen(string setting, IPEndPoint? address) =>
        address is null ? this : Note(setting, $"{address}", ProblemOfTcp(address));

    /// <summary>Adds what somebody else has found.</summary>
    /// <param name="setting">What names it.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">Why it cannot be opened; null when it can.</param>
    public TakenAddresses Note(string setting, string address, string? problem)
    {
        if (problem is not null)
        {
            _problems.Add($"{setting}: {address}: {problem}.");
        }

        return this;
    }

    /// <summary>Looks at an address that is one of UDP and one of TCP.</summary>
    /// <param name="setting">What names it.</param>
    /// <param name="address">The address; port 0 is always free.</param>
    public TakenAddresses Both(string setting, IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (ProblemOfUdp(address) is { } udp)
        {
            _problems.Add($"{setting}: {address} (UDP): {udp}.");
        }
        else if (ProblemOfTcp(address) is { } tcp)
        {
            _problems.Add($"{setting}: {address} (TCP): {tcp}.");
        }

        return this;
    }

    /// <summary>Looks at the addresses of media; one that other processes share is no problem. Where they share that of UDP, the
    /// front's are as well: an edge that takes another one's place has them, too.</summary>
    public TakenAddresses Media(MediaSettings media)
    {
        ArgumentNullException.ThrowIfNull(media);
        foreach (var address in media.IsShared ? [] : media.Front?.Addresses ?? [])
        {
            Listen(SettingName.Front, address);
        }

        if (media.Tcp is not { } tcp)
        {
            // Without an address of its own for TCP nothing is shared.
            return Both(SettingName.Media, media.Address);
        }

        if (!media.IsShared && ProblemOfUdp(media.Address) is { } udp)
        {
            _problems.Add($"{SettingName.Media}: {media.Address} (UDP): {udp}.");
        }

        return Listen(SettingName.MediaTcp, tcp);
    }

    private static string? ProblemOfTcp(IPEndPoint address)
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

    private static string? ProblemOfUdp(IPEndPoint address)
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
