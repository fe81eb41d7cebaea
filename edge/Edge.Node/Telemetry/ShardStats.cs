using System.Runtime.CompilerServices;

namespace Edge.Node.Telemetry;

/// <summary>Counters of one shard since its start.</summary>
/// <remarks>Threads: the shard writes; others read single values, which are whole on 64-bit machines.</remarks>
internal struct ShardStats
{
    /// <summary>Number of <see cref="ShardDrop"/> members.</summary>
    public const int DropKinds = (int)ShardDrop.HandshakesFull + 1;

    /// <summary>Datagrams received.</summary>
    public long Received;

    /// <summary>Datagrams, and packets on TCP connections, handed to the kernel.</summary>
    public long Sent;

    /// <summary>What the kernel was told to send: a picture for a viewer may be one run of datagrams.</summary>
    public long Runs;

    /// <summary>TCP connections taken.</summary>
    public long Connections;

    /// <summary>TCP connections that are open.</summary>
    public long ConnectionsOpen;

    /// <summary>Media packets accepted from publishers.</summary>
    public long MediaIn;

    /// <summary>Media packets sent to viewers, retransmissions included.</summary>
    public long MediaOut;

    /// <summary>Datagrams that came for a session of another shard.</summary>
    public long HandedOver;

    /// <summary>Datagrams passed on to the node of the PoP that they are for.</summary>
    public long PassedOn;

    /// <summary>Datagrams that another node of the PoP passed on to this one.</summary>
    public long PassedIn;

    /// <summary>Datagrams sent to the PoP that they are for.</summary>
    public long CrossedOut;

    /// <summary>Datagrams that came to another PoP and are for this node.</summary>
    public long CrossedIn;

    /// <summary>Media packets passed to other shards.</summary>
    public long MediaAcross;

    /// <summary>Media packets given to the mesh.</summary>
    public long MediaCarried;

    /// <summary>Media packets that came from other nodes.</summary>
    public long MediaFetched;

    /// <summary>Data-channel messages given to clients.</summary>
    public long Messages;

    /// <summary>Sessions that went to another shard.</summary>
    public long Moves;

    /// <summary>Times that a client was sent to at another address than before.</summary>
    public long PathChanges;

    /// <summary>Datagrams that sessions dropped, whatever their reason; added when a session ends.</summary>
    public long PeerDrops;

    /// <summary>Datagrams of joining clients' handshakes that were taken.</summary>
    public long HandshakeSteps;

    /// <summary>Those among them that waited for a later turn.</summary>
    public long HandshakesPutOff;

    /// <summary>Turns of the loop.</summary>
    public long Turns;

    /// <summary>Sessions ended because of an error of ours.</summary>
    public long Faults;

    /// <summary>Bytes the shard's thread has allocated; for tests of the packet path.</summary>
    public long AllocatedBytes;

    /// <summary>Drops by <see cref="ShardDrop"/>.</summary>
    public DropCounts Drops;

    /// <summary>All drops together.</summary>
    public readonly long DropsTotal
    {
        get
        {
            var total = PeerDrops;
            foreach (var count in (ReadOnlySpan<long>)Drops)
            {
                total += count;
            }

            return total;
        }
    }

    /// <summary>One counter for each <see cref="ShardDrop"/>.</summary>
    [InlineArray(DropKinds)]
    internal struct DropCounts
    {
        private long _first;
    }
}
