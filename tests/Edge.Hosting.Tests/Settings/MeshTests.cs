using System.Collections;
using Edge.Hosting.Settings;
using Edge.Hosting.Tests.Support;

namespace Edge.Hosting.Tests.Settings;

/// <summary>The settings by which processes find and trust each other.</summary>
public sealed class MeshTests : IDisposable
{
    private const string Peers = "n1=127.0.0.1:7100,n2=127.0.0.1:7101,c1=127.0.0.1:7102";

    private readonly TemporaryFolder _folder = new();
    private readonly string _key;

    public MeshTests() => _key = _folder.Write(new string('a', 64));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_PeersAndKey_OthersAndOwnAddress()
    {
        var mesh = Accept(("EDGE_PEERS", Peers), ("EDGE_NODE", "n2"));
        Assert.Equal("n1,c1", string.Join(',', mesh.Peers.Select(peer => peer.Name)));
        Assert.Equal("127.0.0.1:7102", mesh.Peers[1].Lan.ToString());
        Assert.Equal("127.0.0.1:7101", mesh.Lan.ToString());
        Assert.Empty(mesh.Nats);
        Assert.Null(mesh.NatsCredentialsPath);
    }

    [Theory]
    [InlineData("n2=127.0.0.1:7101", null, "127.0.0.1:7100")]
    [InlineData("n2=127.0.0.1:7101", "127.0.0.1:7105", "127.0.0.1:7105")]
    [InlineData(Peers, "0.0.0.0:7100", "0.0.0.0:7100")]
    [InlineData("n1=[::1]:7100,n2=[::1]:7101", "[::]:7100", "[::]:7100")]
    public void Read_Lan_SetOrOfTheListOrDefault(string peers, string? lan, string expected) =>
        Assert.Equal(
            expected,
            Accept(("EDGE_PEERS", peers), ("EDGE_LAN", lan ?? "")).Lan.ToString()
        );

    [Fact]
    public void Read_Nats_UrlsInTheirOrder()
    {
        var credentials = _folder.Write("secret");
        var mesh = Accept(
            ("EDGE_PEERS", Peers),
            ("EDGE_NATS", "tls://a.example:4222, nats://localhost, nats://[::1]:4223/"),
            ("EDGE_NATS_CREDS", credentials)
        );
        Assert.Equal(
            "a.example,localhost,[::1]",
            string.Join(',', mesh.Nats.Select(url => url.Host))
        );
        Assert.Equal(credentials, mesh.NatsCredentialsPath);
    }

    [Fact]
    public void Read_NatsOnLoopback_NeedsNeitherTlsNorCredentials() =>
        Assert.Single(Accept(("EDGE_PEERS", Peers), ("EDGE_NATS", "nats://127.0.3.1:4222")).Nats);

    [Theory]
    [InlineData("EDGE_PEERS", "n2")]
    [InlineData("EDGE_PEERS", "n2=127.0.0.1")]
    [InlineData("EDGE_PEERS", "n2=127.0.0.1:0")]
    [InlineData("EDGE_PEERS", "n2=0.0.0.0:7100")]
    [InlineData("EDGE_PEERS", "n2=host:7100")]
    [InlineData("EDGE_PEERS", "n.2=127.0.0.1:7100")]
    [InlineData("EDGE_PEERS", "=127.0.0.1:7100")]
    [InlineData("EDGE_PEERS", "n2=127.0.0.1:7100,")]
    [InlineData("EDGE_PEERS", "n2=127.0.0.1:7101,n2=127.0.0.1:7102")]
    [InlineData("EDGE_PEERS", "n2=127.0.0.1:7101,n3=127.0.0.1:7101")]
    [InlineData("EDGE_LAN", "localhost:7100")]
    [InlineData("EDGE_NATS", "127.0.0.1:4222")]
    [InlineData("EDGE_NATS", "http://127.0.0.1:4222")]
    [InlineData("EDGE_NATS", "nats://user:hush@127.0.0.1:4222")]
    [InlineData("EDGE_NATS", "nats://127.0.0.1:4222/path")]
    [InlineData("EDGE_NATS", "nats://127.0.0.1:4222,")]
    [InlineData("EDGE_NATS_CREDS", "/does/not/exist")]
    [InlineData("EDGE_CONSUL", "127.0.0.1:8500")]
    [InlineData("EDGE_CONSUL", "tcp://127.0.0.1:8500")]
    [InlineData("EDGE_CONSUL", "http://user:hush@127.0.0.1:8500")]
    [InlineData("EDGE_CONSUL", "http://127.0.0.1:8500/v1")]
    [InlineData("EDGE_CONSUL", "http://127.0.0.1:8500/?token=hush")]
    [InlineData("EDGE_CONSUL", "http://127.0.0.1:8500#hush")]
    [InlineData("EDGE_CONSUL", "http://127.0.0.1:8500,http://127.0.0.2:8500")]
    [InlineData("CONSUL_HTTP_TOKEN", "hush hush")]
    [InlineData("CONSUL_HTTP_TOKEN_FILE", "/does/not/exist")]
    public void Read_Wrong_OneLineThatBeginsWithItsName(string name, string value)
    {
        var others = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EDGE_PEERS"] = Peers,
            ["EDGE_NATS"] = "nats://127.0.0.1:4222",
            ["EDGE_CONSUL"] = "http://127.0.0.1:8500",
            [name] = value,
        };
        var problem = Assert.Single(
            Refuse([.. others.Select(setting => (setting.Key, setting.Value))])
        );
        Assert.StartsWith(name + ":", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoOtherProcess_Refused() =>
        Assert.StartsWith(
            "EDGE_PEERS:",
            Assert.Single(Refuse(("EDGE_PEERS", "n1=127.0.0.1:7100"))),
            StringComparison.Ordinal
        );

    /// <summary>With an agent that is asked nobody has to be named, but may be, this process too.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData("n1=127.0.0.1:7105", 0)]
    [InlineData("n1=127.0.0.1:7105,n2=127.0.0.1:7106", 1)]
    public void Read_Consul_PeersMayBeMissing(string peers, int count)
    {
        var mesh = Accept(("EDGE_PEERS", peers), ("EDGE_CONSUL", "http://127.0.0.1:8500"));
        Assert.Equal(count, mesh.Peers.Length);
        Assert.Equal(new Uri("http://127.0.0.1:8500/"), mesh.Consul!.Agent);
        Assert.Null(mesh.Consul.Token);
    }

    /// <summary>The token is where Consul's own programs have it, the file first, and is not printed.</summary>
    [Fact]
    public void Read_ConsulToken_OfTheFileElseOfTheVariable()
    {
        (string, string) consul = ("EDGE_CONSUL", "https://consul.example:8501");
        (string, string) token = ("CONSUL_HTTP_TOKEN", "hush");
        var settings = Accept(consul, token).Consul!;
        Assert.Equal("hush", settings.Token);
        Assert.Equal("consul.example:8501", settings.ToString());
        var file = _folder.Write("of the file".Replace(' ', '-') + "\n");
        Assert.Equal(
            "of-the-file",
            Accept(consul, token, ("CONSUL_HTTP_TOKEN_FILE", file)).Consul!.Token
        );
        Assert.Null(Accept(("EDGE_PEERS", Peers), token).Consul);
    }

    [Fact]
    public void Read_ConsulOffLoopbackInClear_WarnedAndNoTokenSent()
    {
        var fields = Fields(("EDGE_CONSUL", "http://10.0.0.1:8500"));
        ProcessSettings.Read(fields, isStandalone: false);
        Assert.Empty(fields.Problems);
        Assert.StartsWith("EDGE_CONSUL", Assert.Single(fields.Warnings), StringComparison.Ordinal);
        var problem = Assert.Single(
            Refuse(("EDGE_CONSUL", "http://10.0.0.1:8500"), ("CONSUL_HTTP_TOKEN", "hush"))
        );
        Assert.StartsWith("EDGE_CONSUL:", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OwnEntryElsewhereThanLan_Refused()
    {
        var problem = Assert.Single(Refuse(("EDGE_PEERS", Peers), ("EDGE_LAN", "127.0.0.1:7109")));
        Assert.Contains("'n1'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CredentialsWithoutNats_Refused() =>
        Assert.StartsWith(
            "EDGE_NATS_CREDS",
            Assert.Single(Refuse(("EDGE_PEERS", Peers), ("EDGE_NATS_CREDS", _key))),
            StringComparison.Ordinal
        );

    /// <summary>A bus off loopback without TLS, without credentials, without both.</summary>
    [Theory]
    [InlineData("nats://10.0.0.1:4222", true, "EDGE_NATS")]
    [InlineData("tls://10.0.0.1:4222", false, "EDGE_NATS_CREDS")]
    [InlineData("nats://nats.example", false, "EDGE_NATS,EDGE_NATS_CREDS")]
    [InlineData("nats://127.0.0.1,nats://[2001:db8::1]:4222", true, "EDGE_NATS")]
    [InlineData("nats://127.0.0.1.nip.example:4222", true, "EDGE_NATS")]
    public void Read_NatsOffLoopback_TlsAndCredentialsRequired(
        string url,
        bool hasCredentials,
        string expected
    )
    {
        var problems = Refuse(
            ("EDGE_PEERS", Peers),
            ("EDGE_NATS", url),
            ("EDGE_NATS_CREDS", hasCredentials ? _key : "")
        );
        Assert.Equal(expected, string.Join(',', problems.Select(line => line.Split(':')[0])));
    }

    [Fact]
    public void Read_NoKey_Refused() =>
        Assert.StartsWith(
            "EDGE_POP_KEY_FILE",
            Assert.Single(Refuse(("EDGE_PEERS", Peers), ("EDGE_POP_KEY_FILE", ""))),
            StringComparison.Ordinal
        );

    /// <summary>Two names that owner codes cannot tell apart, among the others and with this process's own.</summary>
    [Fact]
    public void Read_TwoNamesOfOneNumber_Refused()
    {
        var (first, second) = Names.FindOfOneNumber();
        var among = Refuse(
            ("EDGE_PEERS", $"{first}=127.0.0.1:7101,n3=127.0.0.1:7102,{second}=127.0.0.1:7103")
        );
        Assert.Contains(
            $"'{second}' and '{first}'",
            Assert.Single(among),
            StringComparison.Ordinal
        );
        var own = Refuse(("EDGE_PEERS", $"{first}=127.0.0.1:7101"), ("EDGE_NODE", second));
        Assert.Contains($"'{first}' and '{second}'", Assert.Single(own), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Standalone_WantsNoMesh()
    {
        var fields = Fields();
        Assert.Null(ProcessSettings.Read(fields, isStandalone: true).Mesh);
        Assert.Empty(fields.Problems);
        Assert.Empty(fields.Warnings);
    }

    [Theory]
    [InlineData("EDGE_LAN", "127.0.0.1:7100")]
    [InlineData("EDGE_NATS_CREDS", "any")]
    public void Read_StandaloneWithHalfAMesh_Warned(string name, string value)
    {
        var fields = Fields((name, value));
        ProcessSettings.Read(fields, isStandalone: true);
        Assert.StartsWith(name, Assert.Single(fields.Warnings), StringComparison.Ordinal);
    }

    private Edge.Hosting.Settings.Mesh.MeshSettings Accept(
        params (string Name, string Value)[] settings
    )
    {
        var fields = Fields(settings);
        var read = ProcessSettings.Read(fields, isStandalone: false);
        Assert.Empty(fields.Problems);
        return read.Mesh!;
    }

    private List<string> Refuse(params (string Name, string Value)[] settings)
    {
        var fields = Fields(settings);
        ProcessSettings.Read(fields, isStandalone: false);
        return fields.Problems;
    }

    private SettingFields Fields(params (string Name, string Value)[] settings)
    {
        var table = new Hashtable { ["EDGE_POP_KEY_FILE"] = _key };
        foreach (var (name, value) in settings)
        {
            table[name] = value;
        }

        return new SettingFields(new SettingsSource(Executables.Edge).AddEnvironment(table));
    }
}
