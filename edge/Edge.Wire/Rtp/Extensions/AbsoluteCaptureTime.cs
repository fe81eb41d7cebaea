using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp.Extensions;

/// <summary>When a frame was captured, on the capturer's clock, and how far that clock is from the
/// sender's.</summary>
/// <param name="Timestamp">The capture time.</param>
/// <param name="ClockOffset">Signed 32.32 seconds to add for the sender's clock; null when unknown.</param>
/// <remarks>Source: http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time.</remarks>
public readonly record struct AbsoluteCaptureTime(NtpTimestamp Timestamp, long? ClockOffset)
{
    /// <summary>Bytes of the element's data without the offset.</summary>
    public const int BytesMin = 8;

    /// <summary>Bytes of the element's data with the offset.</summary>
    public const int BytesMax = 16;

    /// <summary>Reads the time; false when it is cut off.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out AbsoluteCaptureTime time)
    {
        if (data.Length < BytesMin)
        {
            time = default;
            return false;
        }

        time = new AbsoluteCaptureTime(
            new NtpTimestamp(BinaryPrimitives.ReadUInt64BigEndian(data)),
            data.Length < BytesMax ? null : BinaryPrimitives.ReadInt64BigEndian(data[BytesMin..])
        );
        return true;
    }

    /// <summary>Writes the time; returns its bytes, 0 when it does not fit.</summary>
    public int Write(Span<byte> destination)
    {
        var length = ClockOffset is null ? BytesMin : BytesMax;
        if (destination.Length < length)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, Timestamp.Value);
        if (ClockOffset is { } offset)
        {
            BinaryPrimitives.WriteInt64BigEndian(destination[BytesMin..], offset);
        }

        return length;
    }
}
