using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>What is kept in mind of nodes that sessions are given to.</summary>
internal interface IPeerMemory
{
    /// <summary>A node takes nothing now: it is left alone for a while, then asked anew.</summary>
    void Exclude(ushort node);

    /// <summary>What a node said holds no more: it is asked anew, unless it has been since.</summary>
    void Forget(HandOverPeer peer);
}
