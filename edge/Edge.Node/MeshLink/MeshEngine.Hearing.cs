using Edge.Bus;
using Edge.Mesh;
using Edge.Node.MeshLink.Channels;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>What other nodes say to this one. Threads: the bus's.</content>
internal sealed partial class MeshEngine
{
    /// <summary>Longest acknowledgement. Chosen: with room for what a newer version appends.</summary>
    private const int AckBytesMax = 256;

    /// <summary>Another node says what it wants.</summary>
    private void HandleDemand(BusMessage message)
    {
        if (message.Payload.Length <= MeshLimits.DemandBytesMax && HasRoom())
        {
            var app = MeshSubjects.Token(message.Subject, 1).ToString();
            Post(new MeshCommand.Demand(app, message.Payload.ToArray()));
        }
    }

    /// <summary>Another node says what it has taken.</summary>
    private void HandleAck(BusMessage message)
    {
        if (message.Payload.Length <= AckBytesMax && HasRoom())
        {
            var app = MeshSubjects.Token(message.Subject, 1).ToString();
            Post(new ChannelCommand.TakeAck(app, message.Payload.ToArray()));
        }
    }

    /// <summary>Takes a place among the commands of other nodes; false when there is none.</summary>
    private bool HasRoom()
    {
        if (Interlocked.Increment(ref _demandCount) <= DemandsMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _demandCount);
        return false;
    }
}
