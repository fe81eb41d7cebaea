using System.Net;
using Edge.Hosting.Discovery.Wire;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

namespace Edge.Hosting.Discovery;

/// <summary>Who a process is in Consul.</summary>
/// <param name="Pop">Its EDGE_POP.</param>
/// <param name="Node">Its EDGE_NODE.</param>
/// <param name="Program">What it is.</param>
/// <param name="Lan">Where it listens for the others; a wildcard stands for the agent's address.</param>
/// <param name="Run">Drawn at its start.</param>
internal sealed record PopIdentity(
    string Pop,
    string Node,
    Executables Program,
    IPEndPoint Lan,
    string Run
)
{
    /// <summary>The service that all processes of the PoP are: one for each PoP, so that a look is held until
    /// something changes in this one.</summary>
    public string ServiceName => $"edge-{Pop}";

    /// <summary>This process's id among the services of an agent, and that of its check. Names hold no dots, so
    /// no two make the same.</summary>
    public string ServiceId => $"edge.{Pop}.{Node}";

    private bool IsAnywhere =>
        Lan.Address.Equals(IPAddress.Any) || Lan.Address.Equals(IPAddress.IPv6Any);

    /// <summary>What is registered.</summary>
    public ServiceRegistration ToRegistration(ConsulTimes times)
    {
        var kind = Program == Executables.Edge ? "edge" : "control";
        return new()
        {
            Id = ServiceId,
            Name = ServiceName,
            Tags = [kind],
            Address = IsAnywhere ? "" : Lan.Address.ToString(),
            Port = Lan.Port,
            Meta = new()
            {
                Pop = Pop,
                Node = Node,
                Kind = kind,
                Version = ProcessVersion.Text,
                Run = Run,
            },
            Check = new()
            {
                CheckId = ServiceId,
                Name = $"{Node} says that it lives",
                Ttl = ToText(times.Ttl),
                Status = HealthCheck.Passing,
                DeregisterCriticalServiceAfter = ToText(times.DeregisterAfter),
            },
        };
    }

    private static string ToText(TimeSpan time) => $"{(long)time.TotalMilliseconds}ms";
}
