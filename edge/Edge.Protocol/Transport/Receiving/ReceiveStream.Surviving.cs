using Edge.Protocol.Retransmission;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it goes on where what came since is not known.</content>
internal sealed partial class ReceiveStream
{
    /// <summary>Counts from the next packet on, as of another source: from numbers that are old it would take what came since for
    /// lost, or what comes for older.</summary>
    public void BeginAnew()
    {
        if (!IsActive)
        {
            return;
        }

        Epoch = unchecked((byte)(Epoch + 1));
        _nack = new NackGenerator(new NackOptions());
        _reception = default;
        _reportedLost = 0;
    }
}
