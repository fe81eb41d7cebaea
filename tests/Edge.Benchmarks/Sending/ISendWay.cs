namespace Edge.Benchmarks.Sending;

/// <summary>A way to hand the kernel datagrams.</summary>
internal interface ISendWay : IDisposable
{
    /// <summary>Sends so many to each destination, run by run.</summary>
    /// <param name="runs">How many times each destination gets a run.</param>
    void Send(int runs);
}
