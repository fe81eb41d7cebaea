using System.Buffers;

namespace Edge.Node.Sessions.Channels;

/// <summary>A message on its way to other shards: one copy, counted by those who still need it.</summary>
/// <remarks>Owner: whoever holds a claim; the last release gives the bytes back and tells the publisher's
/// account. Threads: any.</remarks>
internal sealed class RelayedMessage
{
    /// <summary>What a claim costs beside the bytes. Chosen: a place in a ring or a mailbox, so that empty
    /// messages are bounded too.</summary>
    private const int ClaimBytes = 128;

    private readonly InFlightAccount _account;
    private readonly byte[] _buffer;
    private readonly int _length;
    private int _claims = 1;

    private RelayedMessage(InFlightAccount account, byte[] buffer, int length, bool isBinary)
    {
        _account = account;
        _buffer = buffer;
        _length = length;
        IsBinary = isBinary;
    }

    /// <summary>Whether it is bytes rather than text.</summary>
    public bool IsBinary { get; }

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Copies a message; the caller has one claim.</summary>
    public static RelayedMessage Copy(
        InFlightAccount account,
        ReadOnlySpan<byte> bytes,
        bool isBinary
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return Adopt(account, buffer, bytes.Length, isBinary);
    }

    /// <summary>Takes a message in a buffer of the shared pool; the caller has one claim.</summary>
    public static RelayedMessage Adopt(
        InFlightAccount account,
        byte[] buffer,
        int length,
        bool isBinary
    )
    {
        account.Add(length + ClaimBytes);
        return new(account, buffer, length, isBinary);
    }

    /// <summary>One more needs it.</summary>
    public void Claim()
    {
        Interlocked.Increment(ref _claims);
        _account.Add(ClaimBytes);
    }

    /// <summary>One less needs it.</summary>
    public void Release()
    {
        _account.Add(-ClaimBytes);
        if (Interlocked.Decrement(ref _claims) == 0)
        {
            _account.Add(-_length);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
