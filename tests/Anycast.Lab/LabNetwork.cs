using Edge.Processes.Links;

namespace Anycast.Lab;

/// <summary>Clients' site, core and two PoPs, everything real: BIRD with BFD at routers and nodes, anycastd, edges,
/// controls, nats-servers, in network namespaces. Needs root.</summary>
/// <remarks>
/// <code>
///                                                    .---- n1   lo 198.51.100.1, 2001:db8:ffff::1
///                               .---- router of pop1 +---- n2   the same
///   site ---- core (AS 64600) --+     (AS 64501)     +---- n3   the same          (AS 64512)
///   10.95.0.2                   |                    '---- back: control, nats-server
///   fd95:0::2                   '---- router of pop2 ----- the same again
/// </code>
/// Link N has 10.95.N.0/24 and fd95:N::/64. PoP P: its uplink is 10 P, its nodes are 10 P + 1 to 3, its back is 10 P + 9.
/// The core prefers one PoP; the router of a PoP spreads flows by a hash over the nodes that announce the address.
/// </remarks>
public sealed class LabNetwork : IAsyncDisposable
{
    private readonly LabSecrets _secrets = new();
    private readonly List<LabPop> _pops = [];
    private LabCore? _core;

    private LabNetwork(NetworkSpace site) => Site = site;

    /// <summary>Where clients are.</summary>
    public NetworkSpace Site { get; }

    /// <summary>The PoPs.</summary>
    public IReadOnlyList<LabPop> Pops => _pops;

    /// <summary>The PoP that clients' packets come to unless something else was said.</summary>
    public LabPop First => _pops[0];

    /// <summary>The other one.</summary>
    public LabPop Second => _pops[1];

    /// <summary>Starts it, and waits until all is there.</summary>
    public static async Task<LabNetwork> StartAsync()
    {
        var lab = new LabNetwork(await NetworkSpace.CreateAsync("site"));
        try
        {
            await lab.RunAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has clients' packets come to a PoP from now on.</summary>
    public Task RouteToAsync(LabPop pop)
    {
        ArgumentNullException.ThrowIfNull(pop);
        return _core!.PreferAsync(pop.Number);
    }

    /// <summary>Whether clients' packets come to a PoP.</summary>
    public async Task<bool> IsRoutedToAsync(LabPop pop)
    {
        ArgumentNullException.ThrowIfNull(pop);
        return await _core!.IsPreferredAsync(pop.Number);
    }

    /// <summary>Has the site's firewall drop all UDP.</summary>
    public Task BlockUdpAsync() => _core!.BlockAsync("meta l4proto udp");

    /// <summary>Has the site's firewall drop what goes to the anycast address by IPv4.</summary>
    public Task BlockIPv4Async() => _core!.BlockAsync($"ip daddr {LabPlan.Anycast4}");

    /// <summary>The same by IPv6.</summary>
    public Task BlockIPv6Async() => _core!.BlockAsync($"ip6 daddr {LabPlan.Anycast6}");

    /// <summary>Has it drop nothing any more.</summary>
    public Task AllowAsync() => _core!.AllowAsync();

    /// <summary>DTLS datagrams with records of handshakes that have gone to and from the site by UDP.</summary>
    public Task<long> CountHandshakesAsync() => _core!.CountHandshakesAsync();

    /// <summary>Ends it: nothing is left.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var pop in _pops)
        {
            await pop.DisposeAsync();
        }

        if (_core is not null)
        {
            await _core.DisposeAsync();
        }

        await Site.DisposeAsync();
        _secrets.Dispose();
    }

    private async Task RunAsync()
    {
        _core = await LabCore.StartAsync(Site);
        for (var number = 1; number <= LabPlan.Pops; number++)
        {
            _pops.Add(await LabPop.CreateAsync(_core, number));
        }

        await _core.StartBirdAsync();
        foreach (var pop in _pops)
        {
            await pop.StartNatsAsync(_secrets);
        }

        foreach (var pop in _pops)
        {
            await pop.UntilJoinedAsync();
        }

        foreach (var pop in _pops)
        {
            await pop.StartAsync(_secrets);
        }

        foreach (var pop in _pops)
        {
            await pop.UntilReadyAsync(Site);
        }

        await _core.UntilPreferredAsync(First.Number);
    }
}
