using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Benchmarks.Sending;

/// <summary>As the node does: one unconnected socket, <c>sendmmsg</c> of a batch, runs as one message.</summary>
internal sealed class BatchWay : ISendWay
{
    private readonly NetworkAddress[] _destinations;
    private readonly int _run;
    private readonly SendBatch _batch;
    private readonly UdpSocket _socket;

    public BatchWay(NetworkAddress[] destinations, int run, int capacity, bool groups)
    {
        _destinations = destinations;
        _run = run;
        _batch = new(capacity) { GroupsSegments = groups };
        _socket = Receivers.Open(mergesArrivals: false);
    }

    public void Send(int runs)
    {
        for (var index = 0; index < runs; index++)
        {
            foreach (var destination in _destinations)
            {
                AddRun(destination);
            }
        }

        _socket.Send(_batch);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A run is never cut: one that does not fit is in the next batch.</summary>
    private void AddRun(in NetworkAddress destination)
    {
        if (_batch.Count + _run > _batch.Capacity)
        {
            _socket.Send(_batch);
        }

        for (var index = 0; index < _run; index++)
        {
            _ = _batch.NextSlot();
            _batch.Commit(Datagrams.Bytes, destination, default);
        }
    }
}
