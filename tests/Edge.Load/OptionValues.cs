using System.Globalization;
using System.Net;
using Edge.Primitives;

namespace Edge.Load;

/// <summary>Reads values of options; null for what is none.</summary>
internal static class OptionValues
{
    public static Uri? Url(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? url
            : null;

    public static double? Number(string value, double least, double most) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : null;

    /// <summary>An address without a port.</summary>
    public static NetworkAddress? Address(string value) =>
        IPAddress.TryParse(value, out var address)
            ? NetworkAddress.From(new IPEndPoint(address, 0))
            : null;

    /// <summary>NAME=VALUE.</summary>
    public static (string Name, string Value)? Pair(string value) =>
        value.Split('=', 2) is [{ Length: > 0 } name, var rest] ? (name, rest) : null;
}
