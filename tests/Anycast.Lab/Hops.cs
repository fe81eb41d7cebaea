using Edge.Processes.Links;

namespace Anycast.Lab;

/// <summary>Where a router's kernel sends the anycast addresses.</summary>
internal static class Hops
{
    /// <summary>The next hops of the IPv4 address, then those of the IPv6 one.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(NetworkSpace router)
    {
        var routes4 = await router.ReadAsync("/sbin/ip", "-4", "route", "show", LabPlan.Anycast4);
        var routes6 = await router.ReadAsync("/sbin/ip", "-6", "route", "show", LabPlan.Anycast6);
        var words = (routes4 + routes6).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return [.. words.Zip(words.Skip(1)).Where(IsHop).Select(pair => pair.Second)];
    }

    private static bool IsHop((string First, string Second) pair) =>
        string.Equals(pair.First, "via", StringComparison.Ordinal);
}
