using System.Buffers.Binary;
using System.Text;

namespace Edge.Bus.Lan.Records;

/// <summary>Writes frames and reads the bodies that have parts.</summary>
/// <remarks>
/// <code>
///  offset bytes
///       0     1  kind (FrameKind)
///       1     4  n, big endian: length of the body
///       5     n  body
/// </code>
/// </remarks>
internal static class FrameFormat
{
    internal const int HeaderBytes = 5;
    internal const int PingBytes = 8;
    internal const int GoodbyeBytes = 1;

    /// <summary>Longest payload. Chosen: what a NATS server takes by default (max_payload), so that a message that
    /// goes over this bus goes over that one as well.</summary>
    internal const int PayloadBytesMax = 1 << 20;

    /// <summary>Longest frame.</summary>
    internal const int BytesMax =
        HeaderBytes + PublishHeaderBytes + (2 * BusSubject.LengthMax) + PayloadBytesMax;

    private const int PublishHeaderBytes = 4;

    /// <summary>Length of a frame with a body.</summary>
    internal static int Bytes(int bodyBytes) => HeaderBytes + bodyBytes;

    /// <summary>Length of a message's frame.</summary>
    internal static int PublishBytes(string subject, string? replyTo, int payloadBytes) =>
        HeaderBytes
        + PublishHeaderBytes
        + subject.Length
        + (replyTo is null ? 0 : replyTo.Length)
        + payloadBytes;

    internal static void Write(Span<byte> frame, FrameKind kind, ReadOnlySpan<byte> body)
    {
        WriteHeader(frame, kind, body.Length);
        body.CopyTo(frame[HeaderBytes..]);
    }

    /// <summary>Writes a frame whose body is ASCII text.</summary>
    internal static void Write(Span<byte> frame, FrameKind kind, ReadOnlySpan<char> body)
    {
        WriteHeader(frame, kind, body.Length);
        Encoding.ASCII.GetBytes(body, frame[HeaderBytes..]);
    }

    /// <summary>Writes a message.</summary>
    /// <returns>Where its payload begins.</returns>
    internal static int WritePublish(
        Span<byte> frame,
        string subject,
        string? replyTo,
        ReadOnlySpan<byte> payload
    )
    {
        WriteHeader(frame, FrameKind.Publish, frame.Length - HeaderBytes);
        var offset = HeaderBytes;
        BinaryPrimitives.WriteUInt16BigEndian(frame[offset..], (ushort)subject.Length);
        BinaryPrimitives.WriteUInt16BigEndian(
            frame[(offset + sizeof(ushort))..],
            (ushort)(replyTo?.Length ?? 0)
        );
        offset += PublishHeaderBytes;
        offset += Encoding.ASCII.GetBytes(subject, frame[offset..]);
        offset += Encoding.ASCII.GetBytes(replyTo, frame[offset..]);
        payload.CopyTo(frame[offset..]);
        return offset;
    }

    /// <summary>Reads the body of a message; false when it is not whole.</summary>
    internal static bool TryReadPublish(ReadOnlySpan<byte> body, out PublishView view)
    {
        view = default;
        if (body.Length < PublishHeaderBytes)
        {
            return false;
        }

        var subjectBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        var replyBytes = BinaryPrimitives.ReadUInt16BigEndian(body[sizeof(ushort)..]);
        body = body[PublishHeaderBytes..];
        if (body.Length < subjectBytes + replyBytes)
        {
            return false;
        }

        view = new()
        {
            Subject = body[..subjectBytes],
            ReplyTo = body.Slice(subjectBytes, replyBytes),
            Payload = body[(subjectBytes + replyBytes)..],
        };
        return true;
    }

    private static void WriteHeader(Span<byte> frame, FrameKind kind, int bodyBytes)
    {
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], bodyBytes);
    }
}
