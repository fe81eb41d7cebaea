namespace Edge.Wire.Sdp.Attributes;

/// <summary>Reads single parameters out of an <c>a=fmtp</c> value: <c>name=value;name=value</c>.</summary>
public static class SdpFormatParameters
{
    /// <summary>The value of a parameter; empty when it is not there.</summary>
    public static ReadOnlySpan<char> Find(string? format, string name)
    {
        var rest = format.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(';');
            var parameter = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? [] : rest[(end + 1)..];
            var equals = parameter.IndexOf('=');
            if (
                equals > 0
                && parameter[..equals].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase)
            )
            {
                return parameter[(equals + 1)..].TrimStart();
            }
        }

        return [];
    }
}
