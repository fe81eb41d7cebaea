namespace Anycast.Lab;

/// <summary>What is the lab's own in the configurations of BIRD; the rest is what operators are given (anycast/bird).</summary>
internal static class BirdTexts
{
    /// <summary>The core's: a stranger's router, as an operator's transit is.</summary>
    public static string Core { get; } =
        $$"""
            log stderr all;
            router id {{LabPlan.Upper4(LabPlan.SiteLink)}};
            include "preferences.conf";
            protocol device { }
            protocol kernel { ipv4 { import none; export all; }; }
            protocol kernel { ipv6 { import none; export all; }; }
            protocol bfd {
              interface "*" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; };
            }
            template bgp pop {
              local as {{LabPlan.CoreAs}};
              bfd on;
              connect delay time 1;
              error wait time 1, 10;
              graceful restart off;
            }
            {{string.Concat(Enumerable.Range(1, LabPlan.Pops).Select(FromPop))}}
            """;

    /// <summary>Which PoP the core prefers.</summary>
    public static string Preferences(int preferred) =>
        string.Concat(
            Enumerable
                .Range(1, LabPlan.Pops)
                .Select(pop => $"define PREFERENCE{pop} = {(pop == preferred ? 200 : 100)};\n")
        );

    /// <summary>settings.conf of a node, or of the router of a PoP.</summary>
    public static (string Name, string Text) Settings(int pop, int node = 1)
    {
        var link = LabPlan.NodeLink(pop, node);
        return (
            "settings.conf",
            $"""
            define NODE_ID = {LabPlan.Lower4(link)};
            define NODE_AS = {LabPlan.NodeAs};
            define NODE4 = {LabPlan.Lower4(link)};
            define NODE6 = {LabPlan.Lower6(link)};
            define ROUTER_ID = {LabPlan.Lower4(LabPlan.UplinkOf(pop))};
            define ROUTER_AS = {LabPlan.AsOf(pop)};
            define ROUTER4 = {LabPlan.Upper4(link)};
            define ROUTER6 = {LabPlan.Upper6(link)};
            define ANYCAST4 = {LabPlan.Anycast4}/32;
            define ANYCAST6 = {LabPlan.Anycast6}/128;

            """
        );
    }

    /// <summary>nodes.conf of the router of a PoP: its nodes, and the core.</summary>
    public static (string Name, string Text) Nodes(int pop) =>
        (
            "nodes.conf",
            string.Concat(Enumerable.Range(1, LabPlan.Nodes).Select(node => FromNode(pop, node)))
                + ToCore(LabPlan.UplinkOf(pop))
        );

    private static string FromNode(int pop, int node)
    {
        var link = LabPlan.NodeLink(pop, node);
        return $$"""
            protocol bgp n{{node}}_4 from node4 { neighbor {{LabPlan.Lower4(link)}} as NODE_AS; }
            protocol bgp n{{node}}_6 from node6 { neighbor {{LabPlan.Lower6(link)}} as NODE_AS; }

            """;
    }

    private static string ToCore(int uplink) =>
        $$"""
            protocol bgp core4 from node {
              local as ROUTER_AS;
              neighbor {{LabPlan.Upper4(uplink)}} as {{LabPlan.CoreAs}};
              ipv4 { import none; export where net = ANYCAST4; next hop self; };
            }
            protocol bgp core6 from node {
              local as ROUTER_AS;
              neighbor {{LabPlan.Upper6(uplink)}} as {{LabPlan.CoreAs}};
              ipv6 { import none; export where net = ANYCAST6; next hop self; };
            }

            """;

    private static string FromPop(int pop)
    {
        var uplink = LabPlan.UplinkOf(pop);
        return $$"""
            protocol bgp pop{{pop}}_4 from pop {
              neighbor {{LabPlan.Lower4(uplink)}} as {{LabPlan.AsOf(pop)}};
              ipv4 {
                import filter { bgp_local_pref = PREFERENCE{{pop}}; accept; };
                export none;
              };
            }
            protocol bgp pop{{pop}}_6 from pop {
              neighbor {{LabPlan.Lower6(uplink)}} as {{LabPlan.AsOf(pop)}};
              ipv6 {
                import filter { bgp_local_pref = PREFERENCE{{pop}}; accept; };
                export none;
              };
            }

            """;
    }
}
