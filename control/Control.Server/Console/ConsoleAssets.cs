using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Control.Server.Console;

/// <summary>The console's files, read once from the assembly's resources.</summary>
internal sealed class ConsoleAssets
{
    private const string ResourcePrefix = "console/";
    private readonly FrozenDictionary<string, ConsoleAsset> _files;

    private ConsoleAssets(FrozenDictionary<string, ConsoleAsset> files) => _files = files;

    /// <summary>Names of all files.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>Reads all files.</summary>
    public static ConsoleAssets Load()
    {
        var assembly = typeof(ConsoleAssets).Assembly;
        var files = new Dictionary<string, ConsoleAsset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var name = resource[ResourcePrefix.Length..];
            var tag = $"\"{Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, 8))}\"";
            files.Add(name, new ConsoleAsset(bytes, ToContentType(name), tag));
        }

        return new ConsoleAssets(files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The file of a name; null when there is none.</summary>
    public ConsoleAsset? Find(string name) => _files.GetValueOrDefault(name);

    private static string ToContentType(string name) =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var extension => throw new InvalidOperationException(
                $"No content type is known for {extension} of {name}."
            ),
        };
}
