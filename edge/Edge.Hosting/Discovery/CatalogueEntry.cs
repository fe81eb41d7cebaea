using System.Net;

namespace Edge.Hosting.Discovery;

/// <summary>A process of the PoP as the catalogue has it.</summary>
/// <param name="Name">Its EDGE_NODE.</param>
/// <param name="Lan">Where it listens.</param>
/// <param name="Run">What it drew when it started; empty: it did not say.</param>
/// <param name="Health">How Consul thinks that it is.</param>
internal sealed record CatalogueEntry(
    string Name,
    IPEndPoint Lan,
    string Run,
    CatalogueHealth Health
);
