using System.Text.Json;
using System.Text.RegularExpressions;
using Conformance.Tests.Support;

namespace Conformance.Tests.Credentials;

/// <summary>§1.15: apps and TURN keys by Cloudflare's account API, as their clients read it.</summary>
public sealed partial class AccountTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private ApiClient Account =>
        lab.ApiOf("", CallsLab.OperatorToken).At("/v1/accounts/0123456789abcdef/calls");

    /// <summary>§1.15: uid of 32 digits, and a secret of 64 that is told once. The app is there at once, and
    /// its sessions end with it.</summary>
    [Fact]
    public async Task App_MadeUsedAndDeleted_LivesAsLong()
    {
        var made = Result(await Account.PostAsync("/apps", """{"name":"shop"}"""), 201);
        var id = made.GetProperty("uid").GetString()!;
        var secret = made.GetProperty("secret").GetString()!;
        Assert.Matches(Digits(32), id);
        Assert.Matches(Digits(64), secret);
        Assert.Equal("shop", made.GetProperty("name").GetString());
        Assert.True(made.GetProperty("created").TryGetDateTimeOffset(out _));
        Assert.True(made.GetProperty("modified").TryGetDateTimeOffset(out _));

        var api = lab.ApiOf(id, secret);
        var session = await api.NewSessionAsync();
        (await lab.Api.StateAsync(session)).Expect(410, "session_error");
        Assert.DoesNotContain(
            secret,
            (await Account.GetAsync($"/apps/{id}")).Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            secret,
            (await Account.GetAsync("/apps")).Text,
            StringComparison.Ordinal
        );

        (await Account.DeleteAsync($"/apps/{id}")).Expect(200);
        (await api.StateAsync(session)).Expect(401, "unauthorized");
        (await Account.GetAsync($"/apps/{id}")).Expect(404);
        (await Account.DeleteAsync($"/apps/{id}")).Expect(404);
    }

    [Fact]
    public async Task App_Renamed_NameAndTimeChange()
    {
        var made = Result(await Account.PostAsync("/apps", """{"name":"before"}"""), 201);
        var path = $"/apps/{made.GetProperty("uid").GetString()}";
        var renamed = Result(await Account.PutAsync(path, """{"name":"after"}"""), 200);
        Assert.Equal("after", renamed.GetProperty("name").GetString());
        Assert.Equal(
            "after",
            Result(await Account.GetAsync(path), 200).GetProperty("name").GetString()
        );
        Assert.False(renamed.TryGetProperty("secret", out _));
    }

    /// <summary>Beyond §1.15: a secret is changed without a pause: the old one is valid until it is
    /// retired.</summary>
    [Fact]
    public async Task App_SecretRotated_BothValidUntilRetired()
    {
        var made = Result(await Account.PostAsync("/apps", """{"name":"shop"}"""), 201);
        var id = made.GetProperty("uid").GetString()!;
        var old = lab.ApiOf(id, made.GetProperty("secret").GetString()!);
        var rotated = Result(await Account.PostAsync($"/apps/{id}/rotate"), 200);
        var next = lab.ApiOf(id, rotated.GetProperty("secret").GetString()!);
        var session = await old.NewSessionAsync();
        (await next.StateAsync(session)).Expect(200);
        Result(await Account.PostAsync($"/apps/{id}/retire"), 200);
        (await old.StateAsync(session)).Expect(401, "unauthorized");
        (await next.StateAsync(session)).Expect(200);
    }

    /// <summary>§1.15: the same for TURN keys, whose secret is called key.</summary>
    [Fact]
    public async Task TurnKey_MadeListedAndDeleted_KeyToldOnce()
    {
        var made = Result(await Account.PostAsync("/turn_keys", """{"name":"relay"}"""), 201);
        var id = made.GetProperty("uid").GetString()!;
        var key = made.GetProperty("key").GetString()!;
        Assert.Matches(Digits(32), id);
        Assert.Matches(Digits(64), key);
        var all = await Account.GetAsync("/turn_keys");
        Assert.Contains(id, all.Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, all.Text, StringComparison.Ordinal);
        (await Account.DeleteAsync($"/turn_keys/{id}")).Expect(200);
        (await Account.GetAsync($"/turn_keys/{id}")).Expect(404);
    }

    [Fact]
    public async Task Account_WithoutTheOperatorsToken_Unauthorized()
    {
        (await Account.As(null).GetAsync("/apps")).Expect(401);
        (await Account.As("wrong").PostAsync("/apps", """{"name":"shop"}""")).Expect(401);
        // An app's secret is not the operator's.
        (await Account.As(CallsLab.OtherSecret).GetAsync("/apps")).Expect(401);
    }

    private static JsonElement Result(Reply reply, int status) =>
        reply.Expect(status).Body.GetProperty("result");

    private static Regex Digits(int count) => count == 32 ? Digits32() : Digits64();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.NonBacktracking)]
    private static partial Regex Digits32();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Digits64();
}
