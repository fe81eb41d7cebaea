namespace Edge.Benchmarks.Sending;

/// <summary>Which sockets send to several destinations.</summary>
internal enum SocketUse
{
    OneForAll,
    OneEach,
    Connected,
}
