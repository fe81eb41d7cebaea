using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>The sockets, one a shard on one port, by which nodes of a PoP pass datagrams on to each other.</summary>
internal static class HopSockets
{
    /// <summary>Opens them. Each datagram comes to the shard that its header names.</summary>
    /// <param name="hop">The address; port 0 lets the kernel choose one for all.</param>
    /// <param name="bufferBytes">The kernel's buffers of each.</param>
    /// <param name="shards">How many.</param>
    /// <param name="sockets">The sockets, in the order of the shards; whoever takes them closes them.</param>
    public static SystemError TryOpen(
        NetworkAddress hop,
        int bufferBytes,
        int shards,
        out UdpSocket[] sockets
    )
    {
        sockets = [];
        var opened = new List<UdpSocket>(shards);
        var error = SystemError.None;
        while (opened.Count < shards && error == SystemError.None)
        {
            error = UdpSocket.TryOpen(
                new UdpSocketOptions(hop, bufferBytes, bufferBytes)
                {
                    StampsArrivals = true,
                    // What goes to another node of the machine as one message comes to one shard, whatever the rest names.
                    AllowsSegments = false,
                },
                out var socket
            );
            if (socket is not null)
            {
                hop = socket.Local;
                opened.Add(socket);
            }
        }

        if (error == SystemError.None)
        {
            error = opened[0].ChooseByByte(HopDatagram.ShardOffset, shards);
        }

        if (error != SystemError.None)
        {
            opened.ForEach(socket => socket.Dispose());
            return error;
        }

        sockets = [.. opened];
        return SystemError.None;
    }
}
