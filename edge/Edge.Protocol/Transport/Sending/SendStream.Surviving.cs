using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on where a former owner may have sent more than is known.</content>
internal sealed partial class SendStream
{
    /// <summary>The former owner may have sent media up to an index. What lies between is as if it was never sent: the peer's
    /// reports of it tell nothing of its network.</summary>
    /// <returns>How many numbers are passed over, as far as is known.</returns>
    public int Advance(long last)
    {
        if (!_numbers.IsStarted)
        {
            return 0;
        }

        var former = _numbers.Highest;
        var number = new SequenceNumber(unchecked((ushort)last));
        _numbers = SequenceUnwrapper.At(SequenceUnwrapper.FirstFrom(former, number));
        return (int)(_numbers.Highest - former);
    }

    /// <summary>The former owner may have sent retransmissions up to an index: the next one has the number behind it.</summary>
    /// <returns>How many numbers are passed over.</returns>
    public int AdvanceRepairs(long last)
    {
        var former = _nextRepair.Value;
        _nextRepair = new(unchecked((ushort)(last + 1)));
        return unchecked((ushort)(_nextRepair.Value - former));
    }
}
