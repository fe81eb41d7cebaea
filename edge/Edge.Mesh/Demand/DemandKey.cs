namespace Edge.Mesh.Demand;

/// <summary>Whose demand goes in one message: what is wanted of one owner for one app.</summary>
/// <param name="Owner">The node that owns the tracks.</param>
/// <param name="App">Their app, as a token of subjects.</param>
public readonly record struct DemandKey(NodeAddress Owner, string App);
