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
        ];

        Assert.True(LoadOptions.TryParse(arguments, out var options, out _));

        Assert.Equal(new Uri("http://10.0.0.1:8080/whip"), options.Whip);
        Assert.Equal(new Uri("http://10.0.0.1:8080/whep"), options.Whep);
        Assert.Equal("secret", options.Token);
        Assert.Equal(50, options.Viewers);
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.Window);
        Assert.Equal(TimeSpan.Zero, options.Warmup);
        Assert.Equal(SrtpProfile.Aes128CmSha1Tag80, options.Profile);
        Assert.Equal("10.0.0.1:0", options.Bind.ToString());
        Assert.Equal(77, options.ProcessId);
        Assert.Equal("ours", options.Name);
        Assert.Equal("a.json", options.JsonFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--whip http://a/whip")]
    [InlineData("--janus http://a/janus --whip http://a/whip --whep http://a/whep")]
    [InlineData("--janus http://a/janus --viewers")]
    [InlineData("--janus http://a/janus --viewers 0")]
    [InlineData("--janus http://a/janus --seconds soon")]
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
}
