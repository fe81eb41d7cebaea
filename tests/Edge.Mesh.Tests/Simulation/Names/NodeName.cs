using Edge.Mesh.Names;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>What a node keeps of a stream's name: Edge.Node's NamedClaim.</summary>
internal sealed class NodeName(string app, string stream, NodeAddress self)
{
    private readonly TrackToken _token = TrackToken.Create("", stream);

    public string StreamSubject => MeshSubjects.Stream(app, _token);

    public string ClaimSubject => MeshSubjects.Claim(app, _token);

    public List<BusSubscription> Hearing { get; } = [];

    public List<BusSubscription> Answering { get; } = [];

    public ClaimedName Claims { get; } = new(self);

    /// <summary>Who waits for an answer to who publishes it.</summary>
    public List<Action> Waiting { get; } = [];
}
