namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>Takes a message.</summary>
internal delegate void BusHandler(BusParcel parcel);
