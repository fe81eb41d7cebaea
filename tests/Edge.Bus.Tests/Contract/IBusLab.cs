namespace Edge.Bus.Tests.Contract;

/// <summary>Three buses of one implementation that are connected with each other, as three processes are, and
/// what a test does to their connections.</summary>
/// <remarks>Their bounds are small, so that tests reach them soon: about 4 MiB waiting for handlers, and for
/// the network.</remarks>
public interface IBusLab : IAsyncDisposable
{
    /// <summary>The buses. All are connected when the lab is given to a test.</summary>
    IReadOnlyList<IBus> Buses { get; }

    /// <summary>Takes a bus's connection away and lets it make no other. It may notice later.</summary>
    Task CutAsync(int index);

    /// <summary>Lets a bus connect again. It may do so later.</summary>
    Task HealAsync(int index);
}
