using Edge.Processes.Links;

namespace Anycast.Lab;

/// <summary>Addresses of the lab. Each link is a network of its own: .1 is the end towards the core, .2 the other one.</summary>
public static class LabPlan
{
    /// <summary>The address that all nodes have.</summary>
    public const string Anycast4 = "198.51.100.1";

    /// <summary>The same by IPv6.</summary>
    public const string Anycast6 = "2001:db8:ffff::1";

    /// <summary>PoPs.</summary>
    public const int Pops = 2;

    /// <summary>Nodes of each.</summary>
    public const int Nodes = 3;

    /// <summary>The port of media.</summary>
    public const int MediaPort = 7000;

    internal const int LanPort = 7100;
    internal const int HttpPort = 8080;
    internal const int NatsPort = 4222;
    internal const int GatewayPort = 7222;

    internal const int SiteLink = 0;

    internal const int CoreAs = 64600;
    internal const int NodeAs = 64512;

    /// <summary>The place of control and nats-server among the links of a PoP.</summary>
    private const int Back = 9;

    internal static string Upper4(int link) => $"10.95.{link}.1";

    internal static string Upper6(int link) => $"fd95:{link}::1";

    internal static string Lower4(int link) => $"10.95.{link}.2";

    internal static string Lower6(int link) => $"fd95:{link}::2";

    /// <summary>Between the core and the router of a PoP.</summary>
    internal static int UplinkOf(int pop) => 10 * pop;

    /// <summary>Between the router of a PoP and one of its nodes.</summary>
    internal static int NodeLink(int pop, int node) => UplinkOf(pop) + node;

    /// <summary>Between the router of a PoP and its control and nats-server.</summary>
    internal static int BackLink(int pop) => UplinkOf(pop) + Back;

    /// <summary>Where control and nats-server of a PoP are.</summary>
    internal static string BackAddress(int pop) => Lower4(BackLink(pop));

    internal static IEnumerable<int> LinksOf(int pop) =>
        Enumerable.Range(1, Nodes).Select(node => NodeLink(pop, node)).Append(BackLink(pop));

    internal static int AsOf(int pop) => 64500 + pop;

    /// <summary>Connects two spaces; the lower one sends everything to the upper one.</summary>
    internal static async Task ConnectAsync(
        string name,
        int link,
        NetworkSpace upper,
        NetworkSpace lower
    )
    {
        await NetworkSpace.ConnectAsync(
            name,
            (upper, [$"{Upper4(link)}/24", $"{Upper6(link)}/64"]),
            (lower, [$"{Lower4(link)}/24", $"{Lower6(link)}/64"])
        );
        await lower.IpAsync("route", "add", "default", "via", Upper4(link));
        await lower.IpAsync("-6", "route", "add", "default", "via", Upper6(link));
    }

    /// <summary>Makes a space that forwards what is not its own.</summary>
    internal static async Task<NetworkSpace> CreateRouterAsync(string name)
    {
        var space = await NetworkSpace.CreateAsync(name);
        await space.SetAsync("ipv4/ip_forward", "1");
        await space.SetAsync("ipv6/conf/all/forwarding", "1");
        return space;
    }
}
