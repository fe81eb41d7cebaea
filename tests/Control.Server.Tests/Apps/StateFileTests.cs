using System.Collections.Immutable;
using Control.Server.Apps.Credentials;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Apps;

/// <summary>What was made through the API outlasts the process.</summary>
public sealed class StateFileTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-state-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "state.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reopen_AfterChanges_TheSame()
    {
        var store = Open();
        var app = Done(store.Create(CredentialKind.App, "shop"));
        var gone = Done(store.Create(CredentialKind.App, "gone"));
        var key = Done(store.Create(CredentialKind.TurnKey, "turn"));
        app = Done(store.Rotate(CredentialKind.App, app.Id));
        app = Done(store.Rename(CredentialKind.App, app.Id, "store"));
        Done(store.Delete(CredentialKind.App, gone.Id));
        store.Revoke(new TokenName(app.Id, "t"), DateTimeOffset.MaxValue);
        var again = Open();
        AssertSame(app, again.Find(CredentialKind.App, app.Id));
        AssertSame(key, again.Find(CredentialKind.TurnKey, key.Id));
        Assert.Null(again.Find(CredentialKind.App, gone.Id));
        Assert.True(again.IsRevoked(app.Id, "t"));
        Assert.NotNull(again.Find(CredentialKind.App, "configured"));
        Assert.DoesNotContain("configured", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_File_ForItsOwnerOnlyAndWithoutAScrap()
    {
        Done(Open().Create(CredentialKind.App, "shop"));
        Assert.Equal([Path], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path)
            );
        }
    }

    [Fact]
    public void Save_Impossible_NothingIsChanged()
    {
        var store = Open();
        var app = Done(store.Create(CredentialKind.App, "shop"));
        Directory.CreateDirectory(Path + ".next");
        Assert.IsType<CredentialChange.NotSaved>(store.Rename(CredentialKind.App, app.Id, "x"));
        Assert.IsType<CredentialChange.NotSaved>(store.Create(CredentialKind.App, "y"));
        Assert.IsType<CredentialChange.NotSaved>(store.Delete(CredentialKind.App, app.Id));
        Assert.IsType<RevocationResult.NotSaved>(
            store.Revoke(new TokenName(app.Id, "t"), DateTimeOffset.MaxValue)
        );
        Assert.Equal("shop", store.Find(CredentialKind.App, app.Id)?.Name);
        Assert.Equal(2, store.List(CredentialKind.App).Count());
        Assert.False(store.IsRevoked(app.Id, "t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"version":2,"apps":[],"turnKeys":[],"revoked":[]}""")]
    [InlineData("""{"version":1,"apps":[],"turnKeys":[],"revoked":[],"more":[]}""")]
    [InlineData("""{"version":1,"apps":null,"turnKeys":[],"revoked":[]}""")]
    [InlineData(
        """{"version":1,"apps":[{"id":"a","name":"a","secrets":[],"created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z"}],"turnKeys":[],"revoked":[]}"""
    )]
    [InlineData(
        """{"version":1,"apps":[],"turnKeys":[],"revoked":[{"app":"a","token":"t","until":"2026-01-01T00:00:00Z"},{"app":"a","token":"t","until":"2027-01-01T00:00:00Z"}]}"""
    )]
    public void Load_WhatIsNoState_ProblemAndTheFileStays(string text)
    {
        File.WriteAllText(Path, text);
        new StateFile(Path).Load(out var problem);
        Assert.NotNull(problem);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    /// <summary>As much as there may be, with the longest names, is read by the next start; more is refused
    /// with the bound that was met.</summary>
    [Fact]
    public void Reopen_FileAtEveryBound_ReadAndNothingTaken()
    {
        var state = new CredentialState();
        foreach (var kind in (CredentialKind[])[CredentialKind.App, CredentialKind.TurnKey])
        {
            state = state.With(
                kind,
                Enumerable
                    .Range(0, CredentialStore.CountMax)
                    .Select(number => Longest($"{number:x32}"))
                    .ToImmutableSortedDictionary(
                        each => each.Id,
                        each => each,
                        StringComparer.Ordinal
                    )
            );
        }

        var until = _time.GetUtcNow() + TimeSpan.FromDays(1);
        state = state with
        {
            Revoked = Enumerable
                .Range(0, CredentialStore.RevokedInAllMax)
                .ToImmutableDictionary(number => LongestToken(number), _ => until),
        };
        Assert.Null(new StateFile(Path).TrySave(state));

        var store = Open();
        Assert.Equal(CredentialStore.CountMax + 1, store.List(CredentialKind.App).Count());
        var known = LongestToken(7);
        Assert.True(store.IsRevoked(known.AppId, known.Id));
        Assert.Equal(
            new RevocationResult.Full(CredentialStore.RevokedInAllMax, IsOfAllApps: true),
            store.Revoke(new TokenName("new", "t"), until)
        );
        Assert.IsType<RevocationResult.Done>(store.Revoke(known, until));
        Assert.IsType<CredentialChange.TooMany>(store.Create(CredentialKind.App, "x"));

        // Time makes room, at a change and at a start.
        _time.Advance(TimeSpan.FromDays(2));
        Assert.IsType<RevocationResult.Done>(
            store.Revoke(new TokenName("new", "t"), DateTimeOffset.MaxValue)
        );
        Assert.False(Open().IsRevoked(known.AppId, known.Id));
        Assert.True(Open().IsRevoked("new", "t"));
    }

    [Fact]
    public void Delete_App_ItsRevokedTokensAreForgotten()
    {
        var store = Open();
        var app = Done(store.Create(CredentialKind.App, "shop"));
        store.Revoke(new TokenName(app.Id, "t"), DateTimeOffset.MaxValue);
        store.Revoke(new TokenName("configured", "t"), DateTimeOffset.MaxValue);

        Done(store.Delete(CredentialKind.App, app.Id));

        Assert.False(Open().IsRevoked(app.Id, "t"));
        Assert.True(Open().IsRevoked("configured", "t"));
    }

    /// <summary>A change that the next start could not read is no change.</summary>
    [Fact]
    public void Save_MoreThanIsRead_RefusedAndTheOldFileStays()
    {
        var file = new StateFile(Path);
        Assert.Null(file.TrySave(new CredentialState()));
        var text = File.ReadAllText(Path);
        var tokens = Enumerable.Range(0, 80_000).Select(LongestToken);
        var state = new CredentialState
        {
            Revoked = tokens.ToImmutableDictionary(token => token, _ => DateTimeOffset.MaxValue),
        };

        Assert.Contains("bytes", file.TrySave(state), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    // Each character outside ASCII takes six bytes in the file.
    private static Credential Longest(string id) =>
        new(
            id,
            new string('é', 256),
            [
                CredentialSecret.From(new string('a', 64)),
                CredentialSecret.From(new string('b', 64)),
            ],
            DateTimeOffset.MaxValue,
            DateTimeOffset.MaxValue
        );

    private static TokenName LongestToken(int number) =>
        new(new string('a', 64), $"{number:d6}" + new string('é', 122));

    private CredentialStore Open()
    {
        var file = new StateFile(Path);
        var saved = file.Load(out var problem);
        Assert.Null(problem);
        return new CredentialStore([new("configured", "secret")], saved, file, _time);
    }

    private static Credential Done(CredentialChange change) =>
        Assert.IsType<CredentialChange.Done>(change).Credential;

    private static void AssertSame(Credential expected, Credential? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            (expected.Id, expected.Name, expected.Created, expected.Modified),
            (actual.Id, actual.Name, actual.Created, actual.Modified)
        );
        Assert.Equal(
            expected.Secrets.Select(secret => secret.Text),
            actual.Secrets.Select(secret => secret.Text),
            StringComparer.Ordinal
        );
    }
}
