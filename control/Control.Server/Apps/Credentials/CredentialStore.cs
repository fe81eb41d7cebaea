using System.Collections.Immutable;
using System.Security.Cryptography;
using Control.Server.Settings;

namespace Control.Server.Apps.Credentials;

/// <summary>The apps, the TURN keys and the tokens that were taken back: those of the settings, and those
/// made through the API. Readers see one whole state; a change is saved before it is seen.</summary>
/// <remarks>Threads: any. Changes are rare and wait for each other and for the file.</remarks>
internal sealed class CredentialStore
{
    /// <summary>Most apps, and most TURN keys, made here: the limit of Cloudflare's TURN keys.</summary>
    public const int CountMax = 1000;

    /// <summary>Most tokens of one app that are remembered as taken back. Chosen: 1 MB in the file; an app
    /// that needs more changes its secret.</summary>
    public const int RevokedMax = 10_000;

    /// <summary>The same of all apps together. Chosen: the file, which is written whole at each change, stays
    /// at a few MB, and at 20 with the longest names there can be.</summary>
    public const int RevokedInAllMax = 20_000;

    private const int SecretsMax = 2;
    private const int IdDigits = 32;
    private const int SecretDigits = 64;

    private readonly Lock _lock = new();
    private readonly StateFile? _file;
    private readonly TimeProvider _time;
    private CredentialState _state;

    /// <summary>Makes the store.</summary>
    /// <param name="configured">EDGE_APPS.</param>
    /// <param name="saved">What the state file held.</param>
    /// <param name="file">Where changes are saved; null keeps them in memory only.</param>
    /// <param name="time">The clock.</param>
    public CredentialStore(
        ImmutableArray<AppCredential> configured,
        CredentialState saved,
        StateFile? file,
        TimeProvider time
    )
    {
        _file = file;
        _time = time;
        var now = time.GetUtcNow();
        _state = saved with
        {
            Apps = Merge(configured, saved.Apps, now),
            Revoked = WithoutPassed(saved.Revoked, now),
        };
    }

    /// <summary>Whether changes outlast the process.</summary>
    public bool IsSaved => _file is not null;

    /// <summary>A store that keeps its changes in memory.</summary>
    public static CredentialStore InMemory(
        ImmutableArray<AppCredential> configured,
        TimeProvider time
    ) => new(configured, new CredentialState(), file: null, time);

    /// <summary>The one of an id; null when there is none.</summary>
    public Credential? Find(CredentialKind kind, string id) =>
        Volatile.Read(ref _state).Of(kind).GetValueOrDefault(id);

    /// <summary>All of a kind, by id.</summary>
    public IEnumerable<Credential> List(CredentialKind kind) =>
        Volatile.Read(ref _state).Of(kind).Values;

    /// <summary>Whether a token was taken back.</summary>
    public bool IsRevoked(string appId, string tokenId) =>
        Volatile.Read(ref _state).Revoked.ContainsKey(new TokenName(appId, tokenId));

    /// <summary>Makes one, with a secret drawn here.</summary>
    public CredentialChange Create(CredentialKind kind, string name)
    {
        lock (_lock)
        {
            var all = _state.Of(kind);
            if (all.Values.Count(each => !each.IsConfigured) >= CountMax)
            {
                return new CredentialChange.TooMany(CountMax);
            }

            var now = _time.GetUtcNow();
            var id = RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);
            return Save(kind, new Credential(id, name, [DrawSecret()], now, now));
        }
    }

    /// <summary>Gives one another name.</summary>
    public CredentialChange Rename(CredentialKind kind, string id, string name) =>
        Change(kind, id, old => old with { Name = name });

    /// <summary>Draws a new secret. The one before stays valid, one older than that does not.</summary>
    public CredentialChange Rotate(CredentialKind kind, string id) =>
        Change(
            kind,
            id,
            old => old with { Secrets = [DrawSecret(), .. old.Secrets.Take(SecretsMax - 1)] }
        );

    /// <summary>Leaves only the newest secret valid.</summary>
    public CredentialChange Retire(CredentialKind kind, string id) =>
        Change(kind, id, old => old with { Secrets = [old.Secrets[0]] });

    /// <summary>Deletes one.</summary>
    public CredentialChange Delete(CredentialKind kind, string id)
    {
        lock (_lock)
        {
            if (FindRefusal(kind, id, out var old) is { } refusal)
            {
                return refusal;
            }

            var next = _state.With(kind, _state.Of(kind).Remove(id));
            if (kind == CredentialKind.App)
            {
                // No token of it is valid without its secrets.
                var revoked = _state.Revoked.Keys.Where(token => IsOf(token, id));
                next = next with { Revoked = _state.Revoked.RemoveRange(revoked) };
            }

            return TrySwap(next) is { } problem
                ? new CredentialChange.NotSaved(problem)
                : new CredentialChange.Done(old);
        }
    }

    /// <summary>Takes a token back until it would have expired anyway.</summary>
    /// <param name="token">The token.</param>
    /// <param name="until">Its expiry; as far as can be when it is not known.</param>
    public RevocationResult Revoke(TokenName token, DateTimeOffset until)
    {
        lock (_lock)
        {
            var kept = WithoutPassed(_state.Revoked, _time.GetUtcNow());
            if (!kept.ContainsKey(token) && FindFull(kept, token.AppId) is { } full)
            {
                return full;
            }

            var end =
                until < DateTimeOffset.MaxValue - AppToken.ClockSkewMax
                    ? until + AppToken.ClockSkewMax
                    : DateTimeOffset.MaxValue;
            return TrySwap(_state with { Revoked = kept.SetItem(token, end) }) is { } problem
                ? new RevocationResult.NotSaved(problem)
                : new RevocationResult.Done();
        }
    }

    private static RevocationResult.Full? FindFull(
        ImmutableDictionary<TokenName, DateTimeOffset> revoked,
        string appId
    )
    {
        if (revoked.Count >= RevokedInAllMax)
        {
            return new RevocationResult.Full(RevokedInAllMax, IsOfAllApps: true);
        }

        return
            revoked.Count >= RevokedMax
            && revoked.Keys.Count(each => IsOf(each, appId)) >= RevokedMax
            ? new RevocationResult.Full(RevokedMax, IsOfAllApps: false)
            : null;
    }

    private static ImmutableDictionary<TokenName, DateTimeOffset> WithoutPassed(
        ImmutableDictionary<TokenName, DateTimeOffset> revoked,
        DateTimeOffset now
    ) => revoked.RemoveRange(revoked.Where(each => each.Value <= now).Select(each => each.Key));

    private static bool IsOf(TokenName token, string appId) =>
        string.Equals(token.AppId, appId, StringComparison.Ordinal);

    private CredentialChange Change(
        CredentialKind kind,
        string id,
        Func<Credential, Credential> change
    )
    {
        lock (_lock)
        {
            return FindRefusal(kind, id, out var old)
                ?? Save(kind, change(old) with { Modified = _time.GetUtcNow() });
        }
    }

    private CredentialChange? FindRefusal(CredentialKind kind, string id, out Credential old)
    {
        if (!_state.Of(kind).TryGetValue(id, out old!))
        {
            return new CredentialChange.NotFound();
        }

        return old.IsConfigured ? new CredentialChange.Configured() : null;
    }

    private CredentialChange Save(CredentialKind kind, Credential credential)
    {
        var next = _state.With(kind, _state.Of(kind).SetItem(credential.Id, credential));
        return TrySwap(next) is { } problem
            ? new CredentialChange.NotSaved(problem)
            : new CredentialChange.Done(credential);
    }

    private string? TrySwap(CredentialState next)
    {
        if (_file?.TrySave(next) is { } problem)
        {
            return problem;
        }

        Volatile.Write(ref _state, next);
        return null;
    }

    // What the settings say wins over what was made through the API under the same id.
    private static ImmutableSortedDictionary<string, Credential> Merge(
        ImmutableArray<AppCredential> configured,
        ImmutableSortedDictionary<string, Credential> saved,
        DateTimeOffset now
    )
    {
        var all = saved;
        foreach (var group in configured.GroupBy(app => app.AppId, StringComparer.Ordinal))
        {
            ImmutableArray<CredentialSecret> secrets =
            [
                .. group.Select(app => CredentialSecret.From(app.Secret)),
            ];
            var app = new Credential(group.Key, group.Key, secrets, now, now);
            all = all.SetItem(group.Key, app with { IsConfigured = true });
        }

        return all;
    }

    private static CredentialSecret DrawSecret() =>
        CredentialSecret.From(RandomNumberGenerator.GetHexString(SecretDigits, lowercase: true));
}
