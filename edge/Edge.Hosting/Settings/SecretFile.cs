namespace Edge.Hosting.Settings;

/// <summary>Reads a file that holds one secret, with or without a line end.</summary>
public static class SecretFile
{
    private const int BytesMax = 4096;

    /// <summary>The secret; null when something is wrong, which is added to
    /// <paramref name="problems"/>.</summary>
    public static string? Read(string setting, string path, List<string> problems)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
            {
                problems.Add($"{setting}: '{path}' is larger than a secret can be.");
                return null;
            }

            var text = File.ReadAllText(path).Trim();
            if (IsSecret(text))
            {
                return text;
            }

            problems.Add($"{setting}: '{path}' is not one line of visible ASCII characters.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{setting}: '{path}' cannot be read: {exception.Message}");
        }

        return null;
    }

    /// <summary>Whether a text is visible ASCII characters, one or more.</summary>
    internal static bool IsSecret(string text) =>
        text.Length > 0 && text.All(character => character is > ' ' and <= '~');
}
