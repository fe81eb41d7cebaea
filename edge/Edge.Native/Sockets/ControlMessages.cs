using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>Finds one of the ancillary messages that the kernel wrote beside a datagram.</summary>
/// <remarks>Shape: <c>struct cmsghdr</c> of 64-bit Linux (length 8, level 4, type 4), then the body,
/// padded to 8. Source: cmsg(3).</remarks>
internal static class ControlMessages
{
    /// <summary>Bytes of a message before its body.</summary>
    internal const int HeaderBytes = 16;

    private const int LevelOffset = 8;
    private const int TypeOffset = 12;

    /// <summary>The body of the first message of a level and type; false when there is none that is at
    /// least so long.</summary>
    internal static bool TryFind(
        ReadOnlySpan<byte> control,
        int level,
        int type,
        int bodyBytes,
        out ReadOnlySpan<byte> body
    )
    {
        while (control.Length >= HeaderBytes)
        {
            var length = (int)Math.Min(MemoryMarshal.Read<ulong>(control), (ulong)control.Length);
            if (length < HeaderBytes)
            {
                break;
            }

            body = control[HeaderBytes..length];
            if (
                MemoryMarshal.Read<int>(control[LevelOffset..]) == level
                && MemoryMarshal.Read<int>(control[TypeOffset..]) == type
                && body.Length >= bodyBytes
            )
            {
                return true;
            }

            control = control[Math.Min(Aligned(length), control.Length)..];
        }

        body = default;
        return false;
    }

    /// <summary>Writes a message's header; its body follows.</summary>
    internal static void WriteHeader(Span<byte> control, int bodyBytes, int level, int type)
    {
        MemoryMarshal.Write(control, (ulong)(HeaderBytes + bodyBytes));
        MemoryMarshal.Write(control[LevelOffset..], level);
        MemoryMarshal.Write(control[TypeOffset..], type);
    }

    /// <summary>A length with the padding behind it.</summary>
    internal static int Aligned(int length) => (length + 7) & ~7;
}
