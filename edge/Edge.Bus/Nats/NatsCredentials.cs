using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>Reads a file of credentials, without ever repeating what stands in it.</summary>
internal static class NatsCredentials
{
    private const string JwtMark = "-----BEGIN NATS USER JWT-----";

    // An nkey's seed: S, then U for a user (NATS documentation, "NKeys").
    private const string SeedPrefix = "SU";

    /// <summary>Reads them: a JWT with its seed, or a seed alone.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static async ValueTask<NatsAuthCred> ReadAsync(
        string path,
        CancellationToken cancellation
    )
    {
        var text = await File.ReadAllTextAsync(path, cancellation);
        if (text.Contains(JwtMark, StringComparison.Ordinal))
        {
            return NatsAuthCred.FromCreds(text);
        }

        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith(SeedPrefix, StringComparison.Ordinal))
            {
                return NatsAuthCred.FromNkey(line);
            }
        }

        throw new InvalidDataException(
            "The credentials file has neither a user's JWT nor a user's seed."
        );
    }
}
