using System.Globalization;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Processes.Routing;

namespace Anycast.Lab;

/// <summary>The router between the clients' site and the PoPs: it takes the anycast address from both, and prefers one.</summary>
public sealed class LabCore : IAsyncDisposable
{
    private const string Nft = "/usr/sbin/nft";
    private const string PreferencesFile = "preferences.conf";

    /// <summary>Drops of the site's firewall, and a count of DTLS datagrams that begin with a record of a handshake (content
    /// type 22, RFC 6347 §4.1).</summary>
    private const string Filter = """
        table inet lab {
          chain site { type filter hook forward priority 0; }
          chain count {
            type filter hook forward priority 1;
            meta l4proto udp @th,64,8 22 counter
          }
        }
        """;

    private readonly NetworkSpace _space;
    private BirdProcess? _bird;

    private LabCore(NetworkSpace space) => _space = space;

    /// <summary>Where it is.</summary>
    public NetworkSpace Space => _space;

    internal static async Task<LabCore> StartAsync(NetworkSpace site)
    {
        _ = Programs.Require(Nft, "apt-get install -y --no-install-recommends nftables");
        var core = new LabCore(await LabPlan.CreateRouterAsync("core"));
        try
        {
            await LabPlan.ConnectAsync("site", LabPlan.SiteLink, core._space, site);
            await core._space.RunAsync(Nft, Filter);
            return core;
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>Links a PoP to it: its addresses beside the anycast one are told by hand.</summary>
    internal async Task ConnectAsync(int pop, NetworkSpace router)
    {
        var uplink = LabPlan.UplinkOf(pop);
        await LabPlan.ConnectAsync($"pop{pop}", uplink, _space, router);
        foreach (var link in LabPlan.LinksOf(pop))
        {
            await _space.IpAsync(
                "route",
                "add",
                $"10.95.{link}.0/24",
                "via",
                LabPlan.Lower4(uplink)
            );
            await _space.IpAsync(
                "-6",
                "route",
                "add",
                $"fd95:{link}::/64",
                "via",
                LabPlan.Lower6(uplink)
            );
        }
    }

    /// <summary>Starts its BIRD, which prefers the first PoP.</summary>
    internal async Task StartBirdAsync() =>
        _bird = await BirdProcess.StartAsync(
            _space,
            ("core.conf", BirdTexts.Core),
            (PreferencesFile, BirdTexts.Preferences(preferred: 1))
        );

    /// <summary>Has it prefer a PoP, and waits until its kernel sends both addresses there.</summary>
    internal async Task PreferAsync(int pop)
    {
        await _bird!.WriteAsync(PreferencesFile, BirdTexts.Preferences(pop));
        await _bird.AskAsync("configure");
        await UntilPreferredAsync(pop);
    }

    internal Task UntilPreferredAsync(int pop) =>
        Patience.UntilAsync(
            $"the core's routes lead to PoP {pop}",
            () => IsPreferredAsync(pop),
            isPreferred => isPreferred
        );

    internal async Task<bool> IsPreferredAsync(int pop)
    {
        var uplink = LabPlan.UplinkOf(pop);
        return await Hops.ReadAsync(_space) is [var hop4, var hop6]
            && string.Equals(hop4, LabPlan.Lower4(uplink), StringComparison.Ordinal)
            && string.Equals(hop6, LabPlan.Lower6(uplink), StringComparison.Ordinal);
    }

    /// <summary>Has the site's firewall drop what nft says so of, beside what it drops already.</summary>
    internal Task BlockAsync(string what) =>
        _space.RunAsync(Nft, $"add rule inet lab site iifname site {what} drop");

    /// <summary>Has it drop nothing any more.</summary>
    internal Task AllowAsync() => _space.RunAsync(Nft, "flush chain inet lab site");

    internal async Task<long> CountHandshakesAsync()
    {
        var text = await _space.ReadAsync(Nft, "list", "chain", "inet", "lab", "count");
        return long.Parse(text.Split("packets ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_bird is not null)
        {
            await _bird.DisposeAsync();
        }

        await _space.DisposeAsync();
    }
}
