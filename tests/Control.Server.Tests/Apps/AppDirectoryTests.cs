using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Control.Server.Settings;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Apps;

/// <summary>Lifetimes of tokens at their edges.</summary>
public sealed class AppDirectoryTests
{
    private readonly ManualTime _time = new();
    private readonly CredentialStore _store;
    private readonly AppDirectory _apps;

    public AppDirectoryTests()
    {
        _store = CredentialStore.InMemory([new AppCredential("one", TestServer.Secret)], _time);
        _apps = new AppDirectory(_store, _time);
    }

    [Theory]
    [InlineData(1, nameof(AccessVerdict.Granted))]
    [InlineData(-29, nameof(AccessVerdict.Granted))]
    [InlineData(-30, nameof(AccessVerdict.Expired))]
    [InlineData(-3600, nameof(AccessVerdict.Expired))]
    public void CheckEntry_ExpiryAroundNow_WithinTheSkew(int seconds, string expected)
    {
        var token = Tokens.Create(_time.GetUtcNow().AddSeconds(seconds));
        Assert.Equal(expected, Check(token).ToString());
    }

    [Theory]
    [InlineData(29, nameof(AccessVerdict.Granted))]
    [InlineData(31, nameof(AccessVerdict.NotYetValid))]
    public void CheckEntry_NotBeforeAroundNow_WithinTheSkew(int seconds, string expected)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var payload =
            $$"""{"app":"one","stream":"cam","action":"publish","exp":{{now + 600}},"nbf":{{now + seconds}}}""";
        Assert.Equal(expected, Check(Tokens.Sign(Tokens.Header, payload)).ToString());
    }

    [Fact]
    public void CheckEntry_TokenOfAnotherAppSignedWithThisSecret_Invalid() =>
        Assert.Equal(
            AccessVerdict.Invalid,
            Check(Tokens.Create(_time.GetUtcNow().AddHours(1), app: "two"))
        );

    [Fact]
    public void CheckSession_NoBearer_Granted()
    {
        Assert.Equal(AccessVerdict.Missing, Check(null));
        Assert.Equal(
            AccessVerdict.Granted,
            _apps.CheckSession(null, "one", "cam", StreamAction.Publish)
        );
    }

    [Fact]
    public void CheckEntry_RevokedToken_RevokedUntilItHadExpired()
    {
        var exp = _time.GetUtcNow().AddHours(1);
        var payload =
            $$"""{"app":"one","stream":"cam","action":"publish","jti":"t1","exp":{{exp.ToUnixTimeSeconds()}}}""";
        var token = Tokens.Sign(Tokens.Header, payload);
        Assert.Equal(AccessVerdict.Granted, Check(token));
        Assert.IsType<RevocationResult.Done>(_store.Revoke(new TokenName("one", "t1"), exp));
        Assert.Equal(AccessVerdict.Revoked, Check(token));
        Assert.False(_store.IsRevoked("two", "t1"));
    }

    private AccessVerdict Check(string? bearer) =>
        _apps.CheckEntry(bearer, "one", "cam", StreamAction.Publish);
}
