namespace Edge.Bus.Tests.Contract;

/// <summary>Three buses of one implementation that are connected with each other, as three processes are, and
/// what a test does to their connections.</summary>
/// <remarks>Their bounds are small, so that tests reach them soon: about 4 MiB waiting for handlers, and for
/// the network.</remarks>
public interface IBusLab : IAsyncDisposable
{
    /// <summary>The buses. All are connected when the lab is given to a test.</summary>
    IReadOnlyList<IBus> Buses { get; }

    /// <summary>Whether a bus is connected for as long as it runs, because there is nothing but equals to be connected
    /// with: while it is alone, what it publishes reaches nobody rather than being refused.</summary>
    bool IsConnectedAlone => false;

    /// <summary>Connections that each bus has, and makes anew when it was cut off.</summary>
    int ConnectionsOfEach => 1;

    /// <summary>Whether a bus knows that it is with others.</summary>
    bool IsJoined(int index) => Buses[index].IsConnected;

    /// <summary>Takes a bus's connection away and lets it make no other. It may notice later.</summary>
    Task CutAsync(int index);

    /// <summary>Lets a bus connect again. It may do so later.</summary>
    Task HealAsync(int index);
}
