using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Load.Tests;

public sealed class LoadOptionsTests
{
    [Fact]
    public void TryParse_EveryOption_IsTaken()
    {
        string[] arguments =
        [
            "--whip",
            "http://10.0.0.1:8080/whip",
            "--whep",
            "http://10.0.0.1:8080/whep",
            "--token",
            "secret",
            "--viewers",
            "50",
            "--streams",
            "7",
            "--receive",
            "whole",
            "--seconds",
            "2.5",
            "--warmup",
            "0",
            "--srtp",
            "sha1",
            "--bind",
            "10.0.0.1",
            "--pid",
            "77",
            "--name",
            "ours",
            "--json",
            "a.json",
            "--media",
            "plain",
            "--decrypt",
            "5",
            "--joins",
            "0.5",
            "--join-seconds",
            "4",
            "--publishers",
            "3",
            "--version",
            "1.2",
        ];

        Assert.True(LoadOptions.TryParse(arguments, out var options, out _));

        Assert.Equal(new Uri("http://10.0.0.1:8080/whip"), options.Whip);
        Assert.Equal(new Uri("http://10.0.0.1:8080/whep"), options.Whep);
        Assert.Equal("secret", options.Token);
        Assert.Equal((7, 50), (options.Streams, options.Viewers));
        Assert.True(options.ReceivesWhole);
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.Window);
        Assert.Equal(TimeSpan.Zero, options.Warmup);
        Assert.Equal(SrtpProfile.Aes128CmSha1Tag80, options.Profile);
        Assert.Equal("10.0.0.1:0", options.Bind.ToString());
        Assert.Equal(77, options.ProcessId);
        Assert.Equal("ours", options.Name);
        Assert.Equal("a.json", options.JsonFile);
        Assert.Equal(LoadMedia.Plain, options.Media);
        Assert.Equal((5, 3, 0.5), (options.Decrypts, options.Publishers, options.Joins));
        Assert.Equal(TimeSpan.FromSeconds(4), options.JoinWindow);
        Assert.Equal("1.2", options.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--whip http://a/whip")]
    [InlineData("--janus http://a/janus --whip http://a/whip --whep http://a/whep")]
    [InlineData("--janus http://a/janus --viewers")]
    [InlineData("--janus http://a/janus --viewers 0")]
    [InlineData("--janus http://a/janus --viewers -1")]
    [InlineData("--janus http://a/janus --streams 2")]
    [InlineData("--whip http://a/whip --whep http://a/whep --streams 0")]
    [InlineData("--whip http://a/whip --whep http://a/whep --receive half")]
    [InlineData("--janus http://a/janus --viewers 1.5")]
    [InlineData("--janus http://a/janus --decrypt 0")]
    [InlineData("--janus http://a/janus --publishers 0")]
    [InlineData("--janus http://a/janus --seconds soon")]
    [InlineData("--janus http://a/janus --seconds 0")]
    [InlineData("--janus http://a/janus --join-seconds 0")]
    [InlineData("--janus http://a/janus --media film")]
    [InlineData("--janus http://a/janus --srtp rot13")]
    [InlineData("--janus http://a/janus --whip http://a/whip")]
    [InlineData("--janus ftp://a/janus")]
    [InlineData("--janus http://a/janus --colour blue")]
    public void TryParse_WrongArguments_SaysWhatIsWrong(string line)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.False(LoadOptions.TryParse(arguments, out _, out var problem));

        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_NoViewersButJoins_IsEnough() =>
        Assert.True(
            LoadOptions.TryParse(
                "--janus http://a/janus --viewers 0 --joins 1".Split(' '),
                out _,
                out _
            )
        );

    [Fact]
    public void Usage_OfEveryOption_NamesIt() =>
        Assert.All(
            "whip whep token janus media viewers decrypt seconds warmup joins join-seconds publishers srtp bind pid name version json summary".Split(
                ' '
            ),
            name => Assert.Contains($"--{name} ", LoadOptions.Usage, StringComparison.Ordinal)
        );
}
