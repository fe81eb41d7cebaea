using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on where a former owner may have sent more than is known.</content>
internal sealed partial class SendStream
{
    /// <summary>The former owner may have sent media up to an index. What lies between is as if it was never sent: the peer's
    /// reports of it tell nothing of its network.</summary>
    public void Advance(long last)
    {
        if (_numbers.IsStarted)
        {
            var number = new SequenceNumber(unchecked((ushort)last));
            _numbers = SequenceUnwrapper.At(SequenceUnwrapper.FirstFrom(_numbers.Highest, number));
        }
    }

    /// <summary>The former owner may have sent retransmissions up to an index: the next one has the number behind it.</summary>
    public void AdvanceRepairs(long last) => _nextRepair = new(unchecked((ushort)(last + 1)));
}
