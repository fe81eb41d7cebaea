using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Edge.Hosting.Settings;

/// <summary>Reads the forms that settings are written in. Each returns null for a wrong text.</summary>
public static class SettingText
{
    /// <summary>`address:port` with an IPv4 address or an IPv6 address in brackets.</summary>
    public static IPEndPoint? ToEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !IsPort(text.AsSpan(colon + 1), out var port))
        {
            return null;
        }

        return ToAddress(text.AsSpan(0, colon), IPv6Form.Bracketed) is { } address
            ? new IPEndPoint(address, port)
            : null;
    }

    /// <summary>`address` or `address:port`; port 0 when there is none.</summary>
    public static IPEndPoint? ToAddressWithOptionalPort(string text) =>
        ToAddress(text, IPv6Form.Either) is { } address
            ? new IPEndPoint(address, 0)
            : ToEndPoint(text);

    /// <summary>A comma-separated list; null when one part is wrong or empty.</summary>
    public static ImmutableArray<T>? ToList<T>(string text, Func<string, T?> toItem)
        where T : class
    {
        var items = ImmutableArray.CreateBuilder<T>();
        foreach (var part in text.Split(','))
        {
            if (toItem(part.Trim()) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return items.ToImmutable();
    }

    /// <summary>A whole number within bounds.</summary>
    public static int? ToNumber(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= min
        && number <= max
            ? number
            : null;

    /// <summary>1 or 0.</summary>
    public static bool? ToSwitch(string text) =>
        text switch
        {
            "1" => true,
            "0" => false,
            _ => null,
        };

    /// <summary>Whether a text is 1 to <paramref name="lengthMax"/> characters of A-Z a-z 0-9 - _.</summary>
    public static bool IsName(string text, int lengthMax)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length >= 1 && text.Length <= lengthMax;
    }

    private static bool IsPort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static IPAddress? ToAddress(ReadOnlySpan<char> text, IPv6Form form)
    {
        var isBracketed = text.Length > 2 && text[0] == '[' && text[^1] == ']';
        var plain = isBracketed ? text[1..^1] : text;
        // IPAddress also reads "[::1]:80" and drops the port.
        if (plain.Contains('[') || !IPAddress.TryParse(plain, out var address))
        {
            return null;
        }

        if (plain.Contains(':'))
        {
            return isBracketed || form == IPv6Form.Either ? address : null;
        }

        // IPAddress also reads "1" and "127.1"; only four numbers are meant here.
        return !isBracketed && plain.Count('.') == 3 ? address : null;
    }

    private enum IPv6Form
    {
        Bracketed,
        Either,
    }
}
