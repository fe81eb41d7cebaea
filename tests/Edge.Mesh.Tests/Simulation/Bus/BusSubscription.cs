namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>What a client wants to hear.</summary>
internal sealed class BusSubscription(BusClient client, string pattern, BusHandler handler)
    : IDisposable
{
    public BusClient Client => client;

    public string Pattern => pattern;

    public bool IsDisposed { get; private set; }

    public void Handle(BusParcel parcel) => handler(parcel);

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            client.Remove(this);
        }
    }
}
