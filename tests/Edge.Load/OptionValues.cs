using System.Globalization;
using System.Net;
using Edge.Primitives;

namespace Edge.Load;

/// <summary>Reads options and their values; null for what is none.</summary>
internal static class OptionValues
{
    /// <summary>Reads pairs of a name and a value.</summary>
    /// <param name="arguments">What stands on the command line.</param>
    /// <param name="options">The defaults.</param>
    /// <param name="with">The options with one of them; null when it is not understood.</param>
    /// <param name="problem">What is not understood, a sentence.</param>
    public static T? Read<T>(
        IReadOnlyList<string> arguments,
        T options,
        Func<T, string, string, T?> with,
        out string? problem
    )
        where T : class
    {
        for (var index = 0; index < arguments.Count; index += 2)
        {
            if (index + 1 == arguments.Count)
            {
                problem = $"{arguments[index]} needs a value.";
                return null;
            }

            if (with(options, arguments[index], arguments[index + 1]) is not { } next)
            {
                problem = $"{arguments[index]} {arguments[index + 1]} is not understood.";
                return null;
            }

            options = next;
        }

        problem = null;
        return options;
    }

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

    public static int? Count(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : null;

    /// <summary>Up to an hour.</summary>
    public static TimeSpan? Seconds(string value) =>
        Number(value, 0, 3600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>An address without a port.</summary>
    public static NetworkAddress? Address(string value) =>
        IPAddress.TryParse(value, out var address)
            ? NetworkAddress.From(new IPEndPoint(address, 0))
            : null;

    /// <summary>NAME=VALUE.</summary>
    public static (string Name, string Value)? Pair(string value) =>
        value.Split('=', 2) is [{ Length: > 0 } name, var rest] ? (name, rest) : null;
}
