using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>The ancillary message that says when the kernel received a datagram.</summary>
/// <remarks>Shape: <c>struct timespec</c>: seconds (8) and nanoseconds (8) of wall time. Source:
/// socket(7), SO_TIMESTAMPNS in the kernel's networking/timestamping.</remarks>
internal static class ArrivalStamp
{
    /// <summary>Room for one, aligned as <c>CMSG_SPACE</c>.</summary>
    internal const int BytesMax = ControlMessages.HeaderBytes + BodyBytes;

    private const int BodyBytes = 16;
    private const int NanosecondsOffset = 8;

    /// <summary>When the datagram came, since 1970 UTC; zero when the kernel did not say.</summary>
    internal static TimeSpan Read(ReadOnlySpan<byte> control)
    {
        if (
            !ControlMessages.TryFind(
                control,
                LibC.LevelSocket,
                LibC.OptionTimestamp,
                BodyBytes,
                out var body
            )
        )
        {
            return TimeSpan.Zero;
        }

        var seconds = MemoryMarshal.Read<long>(body);
        var nanoseconds = MemoryMarshal.Read<long>(body[NanosecondsOffset..]);
        return new TimeSpan(
            unchecked(
                (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick)
            )
        );
    }
}
