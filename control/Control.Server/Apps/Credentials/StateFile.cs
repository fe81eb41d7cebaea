using System.Collections.Immutable;
using System.Text.Json;

namespace Control.Server.Apps.Credentials;

/// <summary>The file (EDGE_STATE_FILE) that keeps what was made through the API. It holds secrets, so only
/// its owner may read it. One process writes it.</summary>
internal sealed class StateFile(string path)
{
    private const int Version = 1;

    // Chosen: all that there may be fits with the longest names, 23 MB, and what builds without a bound for
    // all apps have written.
    private const int BytesMax = 64 * 1024 * 1024;

    /// <summary>Reads the file; an empty state when there is none yet.</summary>
    /// <param name="problem">A sentence when the file is there but cannot be used: it is never
    /// overwritten then.</param>
    public CredentialState Load(out string? problem)
    {
        problem = null;
        try
        {
            if (!File.Exists(path))
            {
                return new CredentialState();
            }

            if (new FileInfo(path).Length > BytesMax)
            {
                problem = $"'{path}' is larger than {BytesMax} bytes.";
                return new CredentialState();
            }

            var document = JsonSerializer.Deserialize(
                File.ReadAllBytes(path),
                StateJsonContext.Default.StateDocument
            );
            if (document is { Version: Version } && HasSecrets(document))
            {
                return ToState(document);
            }

            problem = $"'{path}' is not of version {Version}, or something in it has no secret.";
        }
        catch (JsonException exception)
        {
            problem = $"'{path}' cannot be understood at {exception.Path ?? "its start"}.";
        }
        catch (ArgumentException)
        {
            problem = $"'{path}' holds an id twice.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"'{path}' cannot be read: {exception.Message}";
        }

        return new CredentialState();
    }

    /// <summary>Writes the file whole or not at all: a new file takes the place of the old one when it is
    /// on the disk. A sentence when that failed, or when the next start could not read it.</summary>
    public string? TrySave(CredentialState state)
    {
        var next = path + ".next";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(next, options))
            {
                JsonSerializer.Serialize(
                    stream,
                    ToDocument(state),
                    StateJsonContext.Default.StateDocument
                );
                if (stream.Length > BytesMax)
                {
                    return $"The state file would have {stream.Length} bytes and may have {BytesMax}.";
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The state file cannot be written: {exception.Message}";
        }
    }

    private static bool HasSecrets(StateDocument document) =>
        document.Apps.Concat(document.TurnKeys).All(each => !each.Secrets.IsDefaultOrEmpty);

    private static CredentialState ToState(StateDocument document) =>
        new()
        {
            Apps = ToCredentials(document.Apps),
            TurnKeys = ToCredentials(document.TurnKeys),
            Revoked = document.Revoked.ToImmutableDictionary(
                each => new TokenName(each.App, each.Token),
                each => each.Until
            ),
        };

    private static ImmutableSortedDictionary<string, Credential> ToCredentials(
        ImmutableArray<StateCredential> credentials
    ) =>
        credentials.ToImmutableSortedDictionary(
            each => each.Id,
            each => new Credential(
                each.Id,
                each.Name,
                [.. each.Secrets.Select(CredentialSecret.From)],
                each.Created,
                each.Modified
            ),
            StringComparer.Ordinal
        );

    private static StateDocument ToDocument(CredentialState state) =>
        new(
            Version,
            ToSaved(state.Apps),
            ToSaved(state.TurnKeys),
            [
                .. state.Revoked.Select(each => new StateRevocation(
                    each.Key.AppId,
                    each.Key.Id,
                    each.Value
                )),
            ]
        );

    private static ImmutableArray<StateCredential> ToSaved(
        ImmutableSortedDictionary<string, Credential> credentials
    ) =>
        [
            .. credentials
                .Values.Where(each => !each.IsConfigured)
                .Select(each => new StateCredential(
                    each.Id,
                    each.Name,
                    [.. each.Secrets.Select(secret => secret.Text)],
                    each.Created,
                    each.Modified
                )),
        ];
}
