using Edge.Processes;
using Edge.Processes.Routing;

namespace Terraform.Lab;

/// <summary>A real BIRD on the operator's machine that sends an address to the nodes that announce it.</summary>
/// <remarks>Owner: who started it. It ends with <see cref="DisposeAsync"/>.</remarks>
public sealed class AnycastRouter : IAsyncDisposable
{
    /// <summary>The address.</summary>
    public const string Address = "198.51.100.1";

    /// <summary>What nodes have to know to announce it, but for their own addresses: an expression of Terraform.</summary>
    public const string Announcement =
        $$"""{ addresses = ["{{Address}}"], asn = 64512, router_asn = 64501 }""";

    private readonly NodeLab _lab;
    private readonly int[] _nodes;
    private readonly BirdProcess _bird;

    private AnycastRouter(NodeLab lab, int[] nodes, BirdProcess bird)
    {
        _lab = lab;
        _nodes = nodes;
        _bird = bird;
    }

    /// <summary>Starts one.</summary>
    /// <param name="lab">The machines.</param>
    /// <param name="nodes">Those that may announce the address.</param>
    public static async Task<AnycastRouter> StartAsync(NodeLab lab, params int[] nodes)
    {
        var sessions = nodes.Select(node =>
            $"protocol bgp n{node}_4 from node4 {{ neighbor {NodeLab.AddressOf(node)} as NODE_AS; }}\n"
        );
        var bird = await BirdProcess.StartAsync(
            lab.OperatorSpace,
            BirdProcess.Delivered("router.conf"),
            (
                "settings.conf",
                $"""
                define NODE_AS = 64512;
                define ROUTER_ID = 10.77.0.1;
                define ROUTER_AS = 64501;
                define ANYCAST4 = {Address}/32;
                define ANYCAST6 = 2001:db8:ffff::1/128;

                """
            ),
            ("nodes.conf", string.Concat(sessions))
        );
        return new AnycastRouter(lab, nodes, bird);
    }

    /// <summary>Waits until the router's kernel sends the address to just these nodes.</summary>
    public Task UntilHopsAsync(params int[] expected) =>
        Patience.UntilAsync(
            $"{Address} goes to {string.Join(" and ", expected)}",
            () => _lab.OperatorSpace.ReadAsync("ip", "-oneline", "route", "show", Address),
            seen =>
                _nodes.All(node =>
                    expected.Contains(node)
                    == seen.Contains($"via {NodeLab.AddressOf(node)} ", StringComparison.Ordinal)
                )
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bird.DisposeAsync();
}
