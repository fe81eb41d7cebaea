using System.Globalization;

namespace Edge.Load.Mesh;

/// <summary>Segments that a network namespace's TCP sent, from /proc/PID/net/snmp (RFC 4022).</summary>
/// <param name="Sent">Without those that were sent again.</param>
/// <param name="SentAgain">Because they, or their acknowledgement, were lost.</param>
internal readonly record struct TcpSegments(long Sent, long SentAgain)
{
    public static TcpSegments operator -(TcpSegments left, TcpSegments right) =>
        new(left.Sent - right.Sent, left.SentAgain - right.SentAgain);

    /// <summary>Counts of the namespace of a process; none for process 0.</summary>
    public static TcpSegments Read(int processId) =>
        processId == 0 ? default : Parse(File.ReadLines($"/proc/{processId}/net/snmp"));

    /// <summary>Reads the two lines of TCP, names and values.</summary>
    public static TcpSegments Parse(IEnumerable<string> lines)
    {
        var tcp = lines
            .Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        return new(Value("OutSegs"), Value("RetransSegs"));

        long Value(string name) =>
            long.Parse(tcp[1][Array.IndexOf(tcp[0], name)], CultureInfo.InvariantCulture);
    }
}
