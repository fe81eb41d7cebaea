namespace Edge.Bus.Nats;

/// <summary>Follows the lines that the library writes: where one ends, and how many subscribe. It writes nothing
/// but lines, since messages are written past it.</summary>
internal struct NatsLines
{
    private int _column;
    private bool _isSubscription;

    /// <summary>Subscriptions so far, whole lines only.</summary>
    public long Subscriptions { get; private set; }

    /// <summary>Whether the last line is whole.</summary>
    public readonly bool IsAtLineStart => _column == 0;

    /// <summary>Notes what was written.</summary>
    public void Note(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (_column == 0)
            {
                // SUB; no other word of a client begins so (NATS protocol).
                _isSubscription = value == (byte)'S';
            }

            _column++;
            if (value == (byte)'\n')
            {
                Subscriptions += _isSubscription ? 1 : 0;
                _column = 0;
            }
        }
    }
}
