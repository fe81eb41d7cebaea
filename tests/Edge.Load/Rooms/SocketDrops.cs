using System.Globalization;

namespace Edge.Load.Rooms;

/// <summary>Datagrams that came while a UDP socket's buffer was full, from /proc/net/udp (proc(5)): whoever owns the
/// socket did not keep up.</summary>
/// <param name="Server">Of the edge's media port.</param>
/// <param name="Others">Of all other sockets of the network namespace: the clients'.</param>
internal readonly record struct SocketDrops(long Server, long Others)
{
    private const int LocalAddressField = 1;

    public static SocketDrops operator -(SocketDrops left, SocketDrops right) =>
        new(left.Server - right.Server, left.Others - right.Others);

    /// <summary>Those of this process' namespace, by sockets that are open now.</summary>
    public static SocketDrops Read(int serverPort) =>
        Parse(
            File.ReadLines("/proc/self/net/udp")
                .Skip(1)
                .Concat(File.ReadLines("/proc/self/net/udp6").Skip(1)),
            serverPort
        );

    /// <summary>Reads lines of sockets, without the heads.</summary>
    public static SocketDrops Parse(IEnumerable<string> lines, int serverPort)
    {
        long server = 0;
        long others = 0;
        foreach (var line in lines)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var address = fields[LocalAddressField];
            var port = int.Parse(
                address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            // The last field counts them.
            var drops = long.Parse(fields[^1], CultureInfo.InvariantCulture);
            server += port == serverPort ? drops : 0;
            others += port == serverPort ? 0 : drops;
        }

        return new(server, others);
    }
}
