using System.Collections;
using System.Net;
using Control.Server.Settings;
using Edge.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace Control.Server.Tests.Settings;

/// <summary>Every setting: default, right, wrong; and the rules on and off loopback.</summary>
public sealed class SettingsReaderTests : IDisposable
{
    private const string OffLoopback =
        "EDGE_HTTP=10.0.0.1:80 EDGE_STANDALONE=1 EDGE_PLAIN_HTTP=1 EDGE_APPS=a:0123456789abcdef";

    private readonly string _key = Path.GetTempFileName();

    public SettingsReaderTests() => File.WriteAllText(_key, new string('a', 64));

    public void Dispose() => File.Delete(_key);

    [Fact]
    public void Read_NothingSet_DefaultsOfTheContract()
    {
        var settings = Accept("");
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:8080")], settings.Http.ToArray());
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8081"), settings.Process.Admin);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:7000"), settings.Media.Address);
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:0")], settings.Media.Advertise.ToArray());
        Assert.Equal([AppCredential.Development], settings.Apps.ToArray());
        Assert.Equal(AppsOrigin.Development, settings.AppsOrigin);
        Assert.IsType<TlsSource.None>(settings.Tls);
        Assert.Equal(Environment.ProcessorCount, settings.Media.Shards);
        Assert.Equal("local", settings.Process.Pop);
        Assert.Equal("n1", settings.Process.Node);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Process.DrainDeadline);
        Assert.Equal(LogLevel.Information, settings.Process.LogLevel);
        Assert.Equal(TimeSpan.FromMilliseconds(5), settings.Media.PictureWait);
        Assert.Empty(settings.Process.PopKeys);
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void Read_EverythingSet_Taken()
    {
        var settings = Accept(
            "EDGE_HTTP=127.0.0.1:1,[::1]:2 EDGE_ADMIN=[::1]:3 EDGE_MEDIA=127.0.0.2:4 EDGE_SHARDS=3 "
                + "EDGE_ADVERTISE=203.0.113.7,[2001:db8::1]:9,2001:db8::2 EDGE_APPS=a:b,c:d:e "
                + "EDGE_POP=ams EDGE_NODE=n7 EDGE_DRAIN_SECONDS=0 EDGE_LOG=debug EDGE_STANDALONE=1 EDGE_PICTURE_WAIT_MS=0"
        );
        Assert.Equal("127.0.0.1:1,[::1]:2", string.Join(',', settings.Http));
        Assert.Equal("[::1]:3", settings.Process.Admin.ToString());
        Assert.Equal("127.0.0.2:4", settings.Media.Address.ToString());
        Assert.Equal(
            "203.0.113.7:0,[2001:db8::1]:9,[2001:db8::2]:0",
            string.Join(',', settings.Media.Advertise)
        );
        Assert.Equal([new("a", "b"), new("c", "d:e")], settings.Apps.ToArray());
        Assert.Equal(AppsOrigin.Configured, settings.AppsOrigin);
        Assert.Equal(3, settings.Media.Shards);
        Assert.Equal(TimeSpan.Zero, settings.Media.PictureWait);
        Assert.Equal(("ams", "n7"), (settings.Process.Pop, settings.Process.Node));
        Assert.Equal(TimeSpan.Zero, settings.Process.DrainDeadline);
        Assert.Equal(LogLevel.Debug, settings.Process.LogLevel);
    }

    [Theory]
    [InlineData("EDGE_HTTP", "localhost:8080")]
    [InlineData("EDGE_HTTP", "127.0.0.1")]
    [InlineData("EDGE_HTTP", "127.0.0.1:99999")]
    [InlineData("EDGE_HTTP", "127.1:80")]
    [InlineData("EDGE_HTTP", "::1:80")]
    [InlineData("EDGE_HTTP", "127.0.0.1:1,,127.0.0.1:2")]
    [InlineData("EDGE_ADMIN", "8081")]
    [InlineData("EDGE_MEDIA", "127.0.0.1:-1")]
    [InlineData("EDGE_PICTURE_WAIT_MS", "51")]
    [InlineData("EDGE_ADVERTISE", "example.com")]
    [InlineData("EDGE_ADVERTISE", "0.0.0.0")]
    [InlineData("EDGE_APPS", "noseparator")]
    [InlineData("EDGE_APPS", "a b:secret")]
    [InlineData("EDGE_APPS", ":secret")]
    [InlineData("EDGE_APPS", "app:")]
    [InlineData("EDGE_APPS", "app:sécret")]
    [InlineData("EDGE_APPS", "a:1,a:2,a:3")]
    [InlineData("EDGE_APPS", "a:b,")]
    [InlineData("EDGE_SHARDS", "0")]
    [InlineData("EDGE_SHARDS", "65")]
    [InlineData("EDGE_SHARDS", "two")]
    [InlineData("EDGE_STANDALONE", "yes")]
    [InlineData("EDGE_PLAIN_HTTP", "true")]
    [InlineData("EDGE_POP", "a.b")]
    [InlineData("EDGE_NODE", "node/1")]
    [InlineData("EDGE_DRAIN_SECONDS", "-1")]
    [InlineData("EDGE_DRAIN_SECONDS", "3601")]
    [InlineData("EDGE_LOG", "Verbose")]
    [InlineData("EDGE_LOG", "3")]
    [InlineData("EDGE_POP_KEY_FILE", "/does/not/exist")]
    [InlineData("EDGE_LIMITS", "tracksPerRequest=0")]
    [InlineData("EDGE_LIMITS", "tracksPerRequest")]
    [InlineData("EDGE_LIMITS", "tracksperrequest=1")]
    [InlineData("EDGE_LIMITS", "tracksPerRequest=1,tracksPerRequest=2")]
    [InlineData("EDGE_OPERATOR_TOKEN_FILE", "/does/not/exist")]
    [InlineData("EDGE_HTPT", "127.0.0.1:8080")]
    [InlineData("EDGE_", "x")]
    public void Read_WrongSetting_OneLineThatBeginsWithItsName(string name, string value)
    {
        var problem = Assert.Single(Refuse(new Hashtable { [name] = value }));
        Assert.StartsWith(name, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Read_HalfOfTheTlsFilesOrNoSuchFiles_Refused()
    {
        var half = Assert.Single(Refuse(Parse("EDGE_TLS_CERT=/does/not/exist")));
        Assert.StartsWith("EDGE_TLS_KEY", half, StringComparison.Ordinal);
        Assert.Equal(2, Refuse(Parse("EDGE_TLS_CERT=/no/cert EDGE_TLS_KEY=/no/key")).Count);
    }

    [Theory]
    [InlineData("EDGE_FRONT_SOCKET=/run/x", "EDGE_FRONT_SOCKET: only HTTPS")]
    [InlineData("EDGE_FRONT_SOCKET=x", "EDGE_FRONT_SOCKET: 'x' is not a path")]
    [InlineData("EDGE_FRONT=127.0.0.1:443", "EDGE_FRONT_SOCKET: must be set")]
    [InlineData("EDGE_FRONT=127.0.0.1", "EDGE_FRONT: '127.0.0.1' is not")]
    [InlineData("EDGE_FRONT=127.0.0.1:7000", "EDGE_FRONT: 127.0.0.1:7000 is where media")]
    [InlineData("EDGE_FRONT_ADVERTISE=127.0.0.1", "EDGE_FRONT_ADVERTISE: means nothing")]
    public void Read_WrongFront_SaysWhatIsWrong(string settings, string expected)
    {
        var problems = Refuse(Parse($"EDGE_STANDALONE=1 EDGE_APPS=a:b {settings}"));
        Assert.Contains(
            problems,
            problem => problem.StartsWith(expected, StringComparison.Ordinal)
        );
    }

    /// <summary>By the front the whole world comes in, wherever EDGE_HTTP is: no app that everybody knows the secret of.</summary>
    [Fact]
    public void Read_FrontSocketWithoutApps_RefusedAsOffLoopback()
    {
        var problems = Refuse(
            Parse("EDGE_STANDALONE=1 EDGE_FRONT_SOCKET=/run/x EDGE_PLAIN_HTTP=1")
        );
        Assert.Contains(
            problems,
            problem => problem.StartsWith("EDGE_APPS: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_ManyWrongSettings_OneLineEach()
    {
        var problems = Refuse(
            Parse("EDGE_SHARDS=0 EDGE_LOG=x EDGE_FOO=1 EDGE_DRAIN_SECONDS=y EDGE_POP=.")
        );
        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public void Read_WrongApps_NeverRepeatsASecret()
    {
        var problems = Refuse(new Hashtable { ["EDGE_APPS"] = "hush hush,a:tell nobody" });
        Assert.DoesNotContain(problems, text => text.Contains("hush", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, text => text.Contains("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_EmptySetting_IsNotSet() => Accept("EDGE_HTTP= EDGE_NATS= EDGE_SHARDS=");

    [Theory]
    [InlineData("EDGE_APPS")]
    [InlineData("EDGE_STANDALONE")]
    [InlineData("EDGE_PLAIN_HTTP")]
    public void Read_OffLoopbackWithoutOne_RefusedAndSaysWhy(string missing)
    {
        var variables = Parse(OffLoopback);
        variables.Remove(missing);
        var problem = Assert.Single(Refuse(variables));
        Assert.Contains(missing, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OffLoopbackByHand_AcceptedWithAWarning()
    {
        var settings = Accept(OffLoopback);
        Assert.Contains(
            settings.Warnings,
            text => text.StartsWith("Standalone off loopback", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_OthersNamed_NotStandalone()
    {
        Assert.Null(Accept("").Process.Mesh);
        Assert.Null(Accept("EDGE_LAN=127.0.0.1:7105").Process.Mesh);
        var named = "EDGE_PEERS=n2=127.0.0.1:7101 EDGE_POP_KEY_FILE=" + _key;
        Assert.Equal("n2", Accept(named).Process.Mesh!.Peers.Single().Name);
        Assert.NotNull(Accept(named + " EDGE_STANDALONE=0").Process.Mesh);
        Assert.Empty(
            Accept(
                OffLoopback.Replace("EDGE_STANDALONE=1 ", "", StringComparison.Ordinal)
                    + " "
                    + named
            ).Warnings
        );
        var consul = "EDGE_CONSUL=http://127.0.0.1:8500 EDGE_POP_KEY_FILE=" + _key;
        Assert.Equal(8500, Accept(consul).Process.Mesh!.Consul!.Agent.Port);
        var both = Assert.Single(Refuse(Parse(named + " EDGE_STANDALONE=1")));
        Assert.StartsWith("EDGE_STANDALONE", both, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EDGE_STANDALONE=0")]
    [InlineData("EDGE_NATS=nats://127.0.0.1:4222")]
    public void Read_NotStandaloneAndNothingElse_AsksForPeersAndKey(string variables)
    {
        var problems = Refuse(Parse(variables));
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, text => text.StartsWith("EDGE_PEERS", StringComparison.Ordinal));
        Assert.Contains(
            problems,
            text => text.StartsWith("EDGE_POP_KEY_FILE", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_MediaOffLoopback_StandaloneByHandButAppsOfTheFirstRun()
    {
        Assert.Single(Refuse(Parse("EDGE_MEDIA=10.0.0.1:7000")));
        var settings = Accept("EDGE_MEDIA=10.0.0.1:7000 EDGE_STANDALONE=1");
        Assert.Equal(AppsOrigin.Development, settings.AppsOrigin);
    }

    [Fact]
    public void Read_MediaOnAWildcard_AdvertiseMustBeSet()
    {
        var wildcard = "EDGE_MEDIA=0.0.0.0:7000 EDGE_STANDALONE=1";
        Assert.Contains(
            "EDGE_ADVERTISE",
            Assert.Single(Refuse(Parse(wildcard))),
            StringComparison.Ordinal
        );
        Accept(wildcard + " EDGE_ADVERTISE=203.0.113.7");
    }

    [Fact]
    public void Read_ShortSecretOffLoopback_Warned()
    {
        var variables = Parse(OffLoopback);
        variables["EDGE_APPS"] = "a:short";
        var result = SettingsReader.Read(
            new SettingsSource(Executables.Control).AddEnvironment(variables),
            StartMode.Normal
        );
        var settings = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
        Assert.Contains(
            settings.Warnings,
            text => text.Contains("app a", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_Lan_HttpsAndMediaOnTheLanAddressAndAnAppOfItsOwn()
    {
        var mode = new StartMode(IPAddress.Parse("192.168.1.5"), "made");
        var result = SettingsReader.Read(new SettingsSource(Executables.Control), mode);
        var settings = Assert.IsType<SettingsResult<ControlSettings>.Accepted>(result).Settings;
        Assert.Equal("192.168.1.5:8443,127.0.0.1:8443", string.Join(',', settings.Http));
        Assert.Equal("192.168.1.5:7000", settings.Media.Address.ToString());
        Assert.Equal("192.168.1.5", settings.Media.Advertise.Single().Address.ToString());
        var tls = Assert.IsType<TlsSource.SelfSigned>(settings.Tls);
        Assert.Contains(IPAddress.Parse("192.168.1.5"), tls.Addresses);
        Assert.Equal(AppsOrigin.Generated, settings.AppsOrigin);
        Assert.Equal(new AppCredential("lan", "made"), settings.Apps.Single());
        Assert.NotEmpty(settings.Warnings);
    }

    private static ControlSettings Accept(string variables)
    {
        var source = new SettingsSource(Executables.Control).AddEnvironment(Parse(variables));
        var result = SettingsReader.Read(source, StartMode.Normal);
        if (result is SettingsResult<ControlSettings>.Refused refused)
        {
            Assert.Fail(string.Join('\n', refused.Problems));
        }

        return ((SettingsResult<ControlSettings>.Accepted)result).Settings;
    }

    private static IReadOnlyList<string> Refuse(IDictionary variables)
    {
        var source = new SettingsSource(Executables.Control).AddEnvironment(variables);
        var result = SettingsReader.Read(source, StartMode.Normal);
        return Assert.IsType<SettingsResult<ControlSettings>.Refused>(result).Problems;
    }

    private static Hashtable Parse(string variables)
    {
        var table = new Hashtable { ["PATH"] = "/bin" };
        foreach (var pair in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            table[pair[..equals]] = pair[(equals + 1)..];
        }

        return table;
    }
}
