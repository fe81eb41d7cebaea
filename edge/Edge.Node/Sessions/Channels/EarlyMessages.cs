namespace Edge.Node.Sessions.Channels;

/// <summary>What came for a reader that has not said yet that it is ready.</summary>
/// <remarks>Bounded: beyond <see cref="BytesMax"/> or <see cref="CountMax"/> the oldest goes, as if the
/// reader had come later.</remarks>
internal sealed class EarlyMessages
{
    /// <summary>Chosen: one message of the greatest length.</summary>
    public const int BytesMax = ChannelLimits.MessageBytesMax;

    /// <summary>Chosen: seconds of a game's updates.</summary>
    public const int CountMax = 1024;

    private readonly Queue<(byte[] Bytes, bool IsBinary)> _messages = new();

    /// <summary>Bytes of the messages.</summary>
    public int Bytes { get; private set; }

    /// <summary>The messages, the oldest first.</summary>
    public IReadOnlyCollection<(byte[] Bytes, bool IsBinary)> All => _messages;

    /// <summary>Lets go of all messages.</summary>
    public void Clear()
    {
        _messages.Clear();
        Bytes = 0;
    }

    /// <summary>Keeps a copy of a message.</summary>
    public void Add(ReadOnlySpan<byte> bytes, bool isBinary)
    {
        _messages.Enqueue((bytes.ToArray(), isBinary));
        Bytes += bytes.Length;
        while (_messages.Count > CountMax || Bytes > BytesMax)
        {
            Bytes -= _messages.Dequeue().Bytes.Length;
        }
    }

    /// <summary>Takes the oldest message; false when there is none.</summary>
    public bool TryTake(out byte[] bytes, out bool isBinary)
    {
        var isThere = _messages.TryDequeue(out var message);
        (bytes, isBinary) = isThere ? message : ([], false);
        Bytes -= bytes.Length;
        return isThere;
    }
}
