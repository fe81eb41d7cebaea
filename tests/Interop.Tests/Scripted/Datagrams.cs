namespace Interop.Tests.Scripted;

/// <summary>Tells datagrams apart by their first bytes (RFC 7983 §7, RFC 5761 §4).</summary>
internal static class Datagrams
{
    public static bool IsDtls(ReadOnlySpan<byte> datagram) => datagram[0] is >= 20 and <= 63;

    public static bool IsRtp(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 1 && datagram[0] is >= 128 and <= 191 && !IsRtcp(datagram);

    public static bool IsRtcp(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 1 && datagram[0] is >= 128 and <= 191 && datagram[1] is >= 192 and <= 223;
}
