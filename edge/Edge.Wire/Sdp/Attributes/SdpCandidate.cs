using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Edge.Primitives;

namespace Edge.Wire.Sdp.Attributes;

/// <summary>An ICE candidate (RFC 8839 §5.1).</summary>
/// <param name="Foundation">Equal for candidates of one kind, base and server.</param>
/// <param name="Component">1 for RTP, 2 for RTCP; the Eyevinn client writes 0 for RTP.</param>
/// <param name="Transport">"udp" or "tcp" in any case.</param>
/// <param name="Priority">The priority.</param>
/// <param name="Host">An IP address, or a name such as an mDNS one.</param>
/// <param name="Port">The port.</param>
/// <param name="Type">"host", "srflx", "prflx" or "relay".</param>
public sealed record SdpCandidate(
    string Foundation,
    int Component,
    string Transport,
    uint Priority,
    string Host,
    ushort Port,
    string Type
)
{
    private const int FieldsMin = 8;
    private const int FieldsMax = 48;

    private static readonly SearchValues<char> IPv4Characters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create(
        "0123456789abcdefABCDEF:."
    );

    /// <summary>"active", "passive" or "so" of a TCP candidate (RFC 6544 §4.5).</summary>
    public string? TcpType { get; init; }

    /// <summary>Whether it is a UDP candidate of the one component that rtcp-mux leaves.</summary>
    public bool IsRtpOverUdp =>
        Component <= 1 && string.Equals(Transport, "udp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the value of an <c>a=candidate</c> line; unknown extensions are skipped.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> value,
        [NotNullWhen(true)] out SdpCandidate? candidate
    )
    {
        candidate = null;
        Span<Range> fields = stackalloc Range[FieldsMax];
        var count = value.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (
            count < FieldsMin
            || !TryNumber(value[fields[1]], 256, out var component)
            || !uint.TryParse(
                value[fields[3]],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var priority
            )
            || !TryNumber(value[fields[5]], ushort.MaxValue, out var port)
            || value[fields[6]] is not "typ"
        )
        {
            return false;
        }

        candidate = new(
            value[fields[0]].ToString(),
            component,
            value[fields[2]].ToString(),
            priority,
            value[fields[4]].ToString(),
            (ushort)port,
            value[fields[7]].ToString()
        )
        {
            TcpType = FindExtension(
                value,
                fields[FieldsMin..Math.Min(count, FieldsMax - 1)],
                "tcptype"
            ),
        };
        return true;
    }

    /// <summary>The address; false for a name, a port of 0 and what is no plain IP address.</summary>
    public bool TryReadAddress(out NetworkAddress address)
    {
        address = default;
        if (Port == 0 || !IsPlainAddress(Host) || !IPAddress.TryParse(Host, out var parsed))
        {
            return false;
        }

        address = NetworkAddress.From(new IPEndPoint(parsed, Port));
        return true;
    }

    /// <summary>The value of the <c>a=candidate</c> line.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Foundation} {Component} {Transport} {Priority} {Host} {Port} typ {Type}"
        ) + (TcpType is null ? "" : $" tcptype {TcpType}");

    /// <summary>Four numbers or an IPv6 address without scope: the framework's parser also takes "1",
    /// hexadecimal and scopes.</summary>
    private static bool IsPlainAddress(ReadOnlySpan<char> host) =>
        host.Contains(':')
            ? !host.ContainsAnyExcept(IPv6Characters)
            : host.Count('.') == 3 && !host.ContainsAnyExcept(IPv4Characters);

    private static string? FindExtension(
        ReadOnlySpan<char> value,
        ReadOnlySpan<Range> fields,
        string name
    )
    {
        for (var index = 0; index + 1 < fields.Length; index += 2)
        {
            if (value[fields[index]].SequenceEqual(name))
            {
                return value[fields[index + 1]].ToString();
            }
        }

        return null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= max;
}
