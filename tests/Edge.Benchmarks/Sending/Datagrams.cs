using Edge.Primitives;

namespace Edge.Benchmarks.Sending;

/// <summary>What is sent: datagrams of 1200 bytes on loopback.</summary>
internal static class Datagrams
{
    public const int Bytes = 1200;

    public static readonly NetworkAddress Loopback = NetworkAddress.FromIPv4(0x7F000001, 0);
}
