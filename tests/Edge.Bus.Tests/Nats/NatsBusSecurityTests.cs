using Edge.Bus.Nats;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Nats;

/// <summary>Who may connect, to whom, and what they may say there.</summary>
public sealed class NatsBusSecurityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nats-creds-").FullName;
    private readonly ListLogger<NatsBus> _logger = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Each app has a user, whose permissions keep it within its subjects: what it says elsewhere does
    /// not arrive, and what it subscribes elsewhere it does not hear.</summary>
    [Fact]
    public async Task Permissions_UserOfAnApp_NeitherHearsNorSpeaksAnotherApps()
    {
        var (seedA, keyA) = NatsKeys.CreateUser();
        var (seedB, keyB) = NatsKeys.CreateUser();
        await using var server = await NatsServer.StartAsync(
            $$"""
            authorization {
                users = [
                    {{UserOf("appa", keyA)}}
                    {{UserOf("appb", keyB)}}
                ]
            }
            """
        );
        await using var a = await ConnectAsync(server, OptionsOf("appa", seedA));
        await using var b = await ConnectAsync(server, OptionsOf("appb", seedB));
        using var ownOfA = Heard.At(a, "media.appa.x.0");
        using var ownOfB = Heard.At(b, "media.appb.x.0");
        using var foreignOfA = Heard.At(a, "media.appb.x.0");
        using var wideOfA = Heard.At(a, "media.>");
        using var answering = b.Subscribe("node.appb.1", m => b.TryPublish(m.ReplyTo!, "b"u8));
        using var answeringOfA = a.Subscribe("node.appa.1", m => a.TryPublish(m.ReplyTo!, "a"u8));
        using var foreignInbox = Heard.At(a, "_INBOX.appb.>");

        Assert.True(a.TryPublish("media.appb.x.0", "a speaks"u8));
        Assert.True(b.TryPublish("media.appa.x.0", "b speaks"u8));
        Assert.True(a.TryPublish("media.appa.x.0", "1"u8));
        Assert.True(b.TryPublish("media.appb.x.0", "2"u8));
        var foreignReply = await a.RequestAsync(
            "node.appb.1",
            default,
            TimeSpan.FromMilliseconds(300),
            CancellationToken.None
        );
        var ownReply = await b.RequestAsync(
            "node.appb.1",
            default,
            Patience.Longest,
            CancellationToken.None
        );

        await ownOfA.UntilAsync("1");
        await ownOfB.UntilAsync("2");
        Assert.Equal(["1"], ownOfA.Texts);
        Assert.Equal(["2"], ownOfB.Texts);
        Assert.True(ownReply.IsAnswered);
        Assert.False(foreignReply.IsAnswered);
        // The server sends in turn: what was said before this is asked has come, or does not.
        var last = await a.RequestAsync(
            "node.appa.1",
            default,
            Patience.Longest,
            CancellationToken.None
        );
        Assert.True(last.IsAnswered);
        Assert.Empty(foreignOfA.Messages);
        Assert.Empty(wideOfA.Messages);
        Assert.Empty(foreignInbox.Messages);
        Assert.Contains(
            _logger.Lines,
            line => line.Contains("Permissions Violation", StringComparison.Ordinal)
        );
        AssertSilentAbout(seedA, seedB);

        static string UserOf(string app, string key) =>
            $$"""
                {
                    nkey: {{key}}
                    permissions: {
                        publish: ["*.{{app}}.>", "_INBOX.{{app}}.>"]
                        subscribe: ["*.{{app}}.>", "_INBOX.{{app}}.>"]
                    }
                }
                """;
    }

    [Fact]
    public async Task Credentials_JwtAndSeed_Connects()
    {
        var keys = new NatsKeys();
        var credentials = keys.CreateCredentials();
        await using var server = await NatsServer.StartAsync(keys.Settings);
        await using var bus = await ConnectAsync(
            server,
            new() { Urls = "", CredentialsFile = Write("user.creds", credentials) }
        );
        using var heard = Heard.At(bus, "a");

        Assert.True(bus.TryPublish("a", "1"u8));

        await heard.UntilAsync("1");
        AssertSilentAbout([
            .. credentials
                .Split('\n')
                .Where(line => line.StartsWith("SU", StringComparison.Ordinal)),
        ]);
    }

    /// <summary>Wrong credentials are tried for ever, and read anew each time: exchanging the file is enough.</summary>
    [Fact]
    public async Task Credentials_WrongThenRight_ConnectsOnceTheyAreRight()
    {
        var (wrong, _) = NatsKeys.CreateUser();
        var (right, key) = NatsKeys.CreateUser();
        await using var server = await NatsServer.StartAsync(
            $$"""authorization { users = [ { nkey: {{key}} } ] }"""
        );
        await using var bus = NatsBus.Start(
            new() { Urls = server.Url, CredentialsFile = Write("user.nk", wrong) },
            _logger
        );
        await LoggedAsync("Authorization Violation");
        // A client that gives up does so after the same error twice.
        await Patience.UntilAsync(
            "the server has refused it more than twice",
            () => Task.FromResult(server.Output),
            output => output.Split("authentication error").Length > 4
        );
        Assert.False(bus.IsConnected);

        Write("user.nk", right);

        Assert.True(await Wait.ForAsync(() => bus.IsConnected));
        AssertSilentAbout(wrong, right);
    }

    [Theory]
    [InlineData("nothing of use")]
    [InlineData("SUnot-a-seed-but-secret")]
    [InlineData("-----BEGIN NATS USER JWT-----\nsecret\n------END NATS USER JWT------\n")]
    [InlineData(
        "-----BEGIN NATS USER JWT-----\nsecret\n------END NATS USER JWT------\n"
            + "-----BEGIN USER NKEY SEED-----\nSUsecret\n------END USER NKEY SEED------\n"
    )]
    public async Task Credentials_Unreadable_SaidWithoutRepeatingThem(string text)
    {
        var (_, key) = NatsKeys.CreateUser();
        await using var server = await NatsServer.StartAsync(
            $$"""authorization { users = [ { nkey: {{key}} } ] }"""
        );
        await using var bus = NatsBus.Start(
            new() { Urls = server.Url, CredentialsFile = Write("user.creds", text) },
            _logger
        );

        await LoggedAsync("cannot be reached");

        Assert.False(bus.IsConnected);
        AssertSilentAbout("secret");
    }

    [Fact]
    public async Task Tls_AuthorityKnown_Connects()
    {
        using var certificates = new NatsCertificates("127.0.0.1");
        await using var server = await NatsServer.StartAsync(certificates.Settings);
        await using var bus = await ConnectAsync(
            server,
            new() { Urls = "", CaFile = certificates.CaFile }
        );
        using var heard = Heard.At(bus, "a");

        for (var number = 0; number < 100; number++)
        {
            Assert.True(bus.TryPublish("a", new byte[20_000]));
        }

        await heard.UntilAsync(100);
        await server.KillAsync();
        Assert.True(await Wait.ForAsync(() => !bus.IsConnected));
        await server.RestartAsync();
        Assert.True(await Wait.ForAsync(() => bus.IsConnected));
    }

    /// <summary>What settings say off loopback.</summary>
    [Fact]
    public async Task Tls_UrlSaysSo_Connects()
    {
        using var certificates = new NatsCertificates("127.0.0.1");
        await using var server = await NatsServer.StartAsync(certificates.Settings);
        await using var bus = NatsBus.Start(
            new() { Urls = $"tls://127.0.0.1:{server.Port}", CaFile = certificates.CaFile },
            _logger
        );

        Assert.True(
            await Wait.ForAsync(() => bus.IsConnected),
            string.Join('\n', _logger.Lines) + server.Output
        );
    }

    /// <summary>The scheme alone is enough: nothing is said in clear.</summary>
    [Fact]
    public async Task Tls_UrlSaysSoToServerWithout_DoesNotConnect()
    {
        await using var server = await NatsServer.StartAsync("debug: true\ntrace: true\n");
        await using var bus = NatsBus.Start(
            new() { Urls = $"tls://127.0.0.1:{server.Port}" },
            _logger
        );

        await LoggedAsync("does not support TLS");

        Assert.False(bus.IsConnected);
        Assert.DoesNotContain("[CONNECT", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_AuthorityUnknown_DoesNotConnect()
    {
        using var certificates = new NatsCertificates("127.0.0.1");
        using var others = new NatsCertificates("127.0.0.1");
        await using var server = await NatsServer.StartAsync(certificates.Settings);
        await using var trusting = NatsBus.Start(
            new() { Urls = server.Url, RequireTls = true },
            _logger
        );
        await LoggedAsync("cannot be reached");
        await using var mistaken = NatsBus.Start(
            new() { Urls = server.Url, CaFile = others.CaFile },
            _logger
        );

        await LoggedAsync("cannot be reached", times: 2);
        Assert.Equal(
            2,
            _logger.Lines.Count(line => line.Contains("certificate", StringComparison.Ordinal))
        );
        Assert.False(trusting.IsConnected);
        Assert.False(mistaken.IsConnected);
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherHost_DoesNotConnect()
    {
        using var certificates = new NatsCertificates("127.0.0.2");
        await using var server = await NatsServer.StartAsync(certificates.Settings);
        await using var bus = NatsBus.Start(
            new() { Urls = server.Url, CaFile = certificates.CaFile },
            _logger
        );

        await LoggedAsync("NameMismatch");

        Assert.False(bus.IsConnected);
    }

    /// <summary>A server that speaks no TLS is told nothing, credentials least of all.</summary>
    [Fact]
    public async Task Tls_ServerWithout_DoesNotConnect()
    {
        var (seed, key) = NatsKeys.CreateUser();
        await using var server = await NatsServer.StartAsync(
            $$"""
            authorization { users = [ { nkey: {{key}} } ] }
            debug: true
            trace: true
            """
        );
        await using var bus = NatsBus.Start(
            new()
            {
                Urls = server.Url,
                CredentialsFile = Write("user.nk", seed),
                RequireTls = true,
            },
            _logger
        );

        await LoggedAsync("does not support TLS");

        Assert.False(bus.IsConnected);
        Assert.DoesNotContain("[CONNECT", server.Output, StringComparison.Ordinal);
    }

    private NatsBusOptions OptionsOf(string app, string seed) =>
        new()
        {
            Urls = "",
            CredentialsFile = Write($"{app}.nk", seed),
            InboxPrefix = $"_INBOX.{app}",
        };

    private async Task<NatsBus> ConnectAsync(NatsServer server, NatsBusOptions options)
    {
        var bus = NatsBus.Start(options with { Urls = server.Url }, _logger);
        Assert.True(
            await Wait.ForAsync(() => bus.IsConnected),
            string.Join('\n', _logger.Lines) + server.Output
        );
        return bus;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task LoggedAsync(string text, int times = 1) =>
        Assert.True(
            await Wait.ForAsync(() =>
                _logger.Lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times
            ),
            string.Join('\n', _logger.Lines)
        );

    private void AssertSilentAbout(params string[] secrets)
    {
        Assert.NotEmpty(secrets);
        Assert.All(
            secrets,
            secret =>
                Assert.DoesNotContain(
                    _logger.Lines,
                    line => line.Contains(secret.Trim(), StringComparison.Ordinal)
                )
        );
    }
}
