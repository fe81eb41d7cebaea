using System.Globalization;

namespace Edge.Testing.Clients.Captured;

/// <summary>The packets of one RTP timestamp as a browser sent them.</summary>
/// <param name="At">When the first was sent, after the first of all.</param>
/// <param name="Timestamp">Likewise, on the codec's clock.</param>
/// <param name="IsKey">Whether it is a key frame.</param>
/// <param name="Packets">In the order of their numbers; the last has the marker, where it is a picture.</param>
public sealed record CapturedFrame(
    TimeSpan At,
    uint Timestamp,
    bool IsKey,
    IReadOnlyList<CapturedPacket> Packets
)
{
    private const string Key = "key";
    private const string Delta = "delta";
    private const int FieldsBeforePackets = 3;

    /// <summary>A line: microseconds, timestamp, kind, and for each packet its bytes and, after a plus sign, microseconds
    /// after the first.</summary>
    public string ToLine() =>
        string.Join(
            ' ',
            [
                Microseconds(At),
                Timestamp.ToString(CultureInfo.InvariantCulture),
                IsKey ? Key : Delta,
                .. Packets.Select(packet => $"{packet.Bytes}+{Microseconds(packet.Offset)}"),
            ]
        );

    /// <summary>Reads it.</summary>
    public static CapturedFrame Parse(string line)
    {
        var fields = line.Split(' ');
        return fields.Length > FieldsBeforePackets && fields[2] is Key or Delta
            ? new(
                Duration(fields[0]),
                uint.Parse(fields[1], CultureInfo.InvariantCulture),
                fields[2] is Key,
                [.. fields.Skip(FieldsBeforePackets).Select(ParsePacket)]
            )
            : throw new TestingException($"No captured frame: '{line}'.");
    }

    private static CapturedPacket ParsePacket(string text) =>
        text.Split('+') is [var bytes, var offset]
            ? new(int.Parse(bytes, CultureInfo.InvariantCulture), Duration(offset))
            : throw new TestingException($"No captured packet: '{text}'.");

    private static string Microseconds(TimeSpan time) =>
        (time.Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Duration(string microseconds) =>
        TimeSpan.FromMicroseconds(long.Parse(microseconds, CultureInfo.InvariantCulture));
}
