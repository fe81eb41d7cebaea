using System.Collections.Immutable;

namespace Edge.Hosting.Settings;

/// <summary>Reads the key file of a PoP: one line of 64 hex digits for each key, the one to sign with
/// first, two at the most while keys are being changed. Lines that begin with # are comments.</summary>
public static class PopKeyFile
{
    private const int KeysMax = 2;
    private const int FileBytesMax = 64 * 1024;

    /// <summary>Reads the file; what is wrong is added to <paramref name="problems"/>.</summary>
    public static ImmutableArray<PopSecret> Read(string path, List<string> problems)
    {
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                problems.Add(
                    $"{SettingName.PopKeyFile}: '{path}' is larger than a key file can be."
                );
                return [];
            }

            return Parse(path, File.ReadAllLines(path), problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{SettingName.PopKeyFile}: '{path}' cannot be read: {exception.Message}");
            return [];
        }
    }

    private static ImmutableArray<PopSecret> Parse(
        string path,
        string[] lines,
        List<string> problems
    )
    {
        var keys = ImmutableArray.CreateBuilder<PopSecret>();
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.Length != PopSecret.Length * 2 || !IsHex(line))
            {
                problems.Add(
                    $"{SettingName.PopKeyFile}: line {index + 1} of '{path}' is not {PopSecret.Length * 2} hex digits."
                );
                return [];
            }

            keys.Add(PopSecret.From([.. Convert.FromHexString(line)]));
        }

        if (keys.Count is 0 or > KeysMax)
        {
            problems.Add(
                $"{SettingName.PopKeyFile}: '{path}' holds {keys.Count} keys, not one or two."
            );
        }

        if (keys.Count == KeysMax && keys[0].Id == keys[1].Id)
        {
            // One pair of 256; who made the keys makes one of them again.
            problems.Add(
                $"{SettingName.PopKeyFile}: the keys in '{path}' share the number by which they are told apart; replace one."
            );
        }

        return keys.ToImmutable();
    }

    private static bool IsHex(string line)
    {
        foreach (var character in line)
        {
            if (!char.IsAsciiHexDigit(character))
            {
                return false;
            }
        }

        return true;
    }
}
