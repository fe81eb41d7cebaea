using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <content>Numbers that a former owner may have given.</content>
internal sealed partial class SequenceRewriter
{
    /// <summary>The next number to be given.</summary>
    public SequenceNumber NextNumber => new(unchecked((ushort)_nextOut));

    /// <summary>Goes on behind an SRTP index up to which a former owner may have sent, and forgets what its numbers stood for.</summary>
    /// <returns>How many numbers were passed over, less than 65536.</returns>
    public int Survive(long lastIndex)
    {
        Forget();
        var former = _nextOut;
        _nextOut = SequenceUnwrapper.FirstFrom(former, new(unchecked((ushort)(lastIndex + 1))));
        // Nobody knows whether the last picture was sent to its end.
        _lastHadMarker = false;
        return (int)(_nextOut - former);
    }
}
