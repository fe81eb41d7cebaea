using System.Buffers.Binary;

namespace Anycast.Takeover.Letters;

/// <summary>Reads the messages of a frame.</summary>
/// <remarks>A frame is a version, which is 1, and messages. What is cut short or of another version reads as no more messages; what
/// this version does not know is skipped.</remarks>
internal ref struct FrameReader
{
    /// <summary>The version. It changes only for what the version before could not skip.</summary>
    public const byte Version = 1;

    /// <summary>Bytes before the first message.</summary>
    public const int HeaderBytes = 1;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins to read.</summary>
    public FrameReader(ReadOnlySpan<byte> frame) =>
        _rest = frame.Length > 0 && frame[0] == Version ? frame[HeaderBytes..] : default;

    /// <summary>Whether bytes are left that are no message.</summary>
    public readonly bool IsCut => _rest.Length > 0;

    /// <summary>Reads the next message; false at the end.</summary>
    public bool TryRead(out MessageHeader header, out ReadOnlySpan<byte> body)
    {
        while (TryCut(out var message))
        {
            if (MessageHeader.TryRead(message, out header))
            {
                body = message[MessageHeader.Bytes..];
                return true;
            }
        }

        header = default;
        body = default;
        return false;
    }

    private bool TryCut(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_rest.Length < MessageHeader.PrefixBytes)
        {
            return false;
        }

        var length =
            (BinaryPrimitives.ReadInt32BigEndian(_rest) & 0xFFFFFF) + MessageHeader.PrefixBytes;
        if (_rest.Length < length)
        {
            return false;
        }

        message = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
