using Edge.Load.Mesh;
using Xunit;

namespace Edge.Load.Tests.Mesh;

public sealed class MeshOptionsTests
{
    [Fact]
    public void TryParse_EveryOption_IsTaken()
    {
        var arguments =
            "--publish http://a:1/whip --place home=http://a:1/whep --place far=http://b:1/whep"
            + " --process home=7 --process far=8 --tcp 9 --conditions bbr --streams 32 --seconds 2.5"
            + " --warmup 0 --token secret --bind 10.0.0.1 --json a.json";

        Assert.True(MeshOptions.TryParse(arguments.Split(' '), out var options, out _));

        Assert.Equal(new Uri("http://a:1/whip"), options.Publish);
        Assert.Equal(
            "home http://a:1/whep, far http://b:1/whep",
            string.Join(", ", options.Places.Select(place => $"{place.Name} {place.Url}"))
        );
        Assert.Equal<(string, int)>([("home", 7), ("far", 8)], options.Processes);
        Assert.Equal(9, options.TcpProcess);
        Assert.Equal("bbr", options.Conditions);
        Assert.Equal(32, options.Streams);
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.Window);
        Assert.Equal(TimeSpan.Zero, options.Warmup);
        Assert.Equal("secret", options.Token);
        Assert.Equal("10.0.0.1:0", options.Bind.ToString());
        Assert.Equal("a.json", options.JsonFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--publish http://a/whip")]
    [InlineData("--publish http://a/whip --place far=http://a/whep")]
    [InlineData("--publish http://a/whip --place http://a/whep --process home=1")]
    [InlineData("--publish http://a/whip --place far=http://a/whep --process home=me")]
    [InlineData("--publish http://a/whip --place far=ftp://a/whep --process home=1")]
    [InlineData("--summary")]
    public void TryParse_WrongArguments_SaysWhatIsWrong(string line)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.False(MeshOptions.TryParse(arguments, out _, out var problem));

        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }
}
