using Anycast.Bird.Replies;
using Edge.Processes;
using Xunit;

namespace Anycast.Bird.Tests;

/// <summary>What the client makes of a BIRD that answers, refuses, hangs, ends or is none.</summary>
public sealed class BirdClientTests
{
    private const string Greeting = "0001 BIRD 2.0.12 ready.\n";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task EnableAndDisable_Answered_DoneWithTheNameQuoted()
    {
        await using var bird = new ScriptedBird(Greeting, command => $"0011-{command}\n0000 \n");
        var client = new BirdClient(bird.Path, Long);
        Assert.IsType<BirdReply.Done>(await client.EnableAsync("anycast4", default));
        Assert.IsType<BirdReply.Done>(await client.DisableAsync("anycast6", default));
        Assert.Equal(["enable \"anycast4\"", "disable \"anycast6\""], bird.Commands);
    }

    [Fact]
    public async Task Show_Listed_StateIsFound()
    {
        await using var bird = new ScriptedBird(
            Greeting,
            _ => "2002-Name Proto\n1002-anycast4 Static master4 up 07:10:56.001  \n0000 \n"
        );
        var reply = await new BirdClient(bird.Path, Long).ShowAsync("anycast4", default);
        var done = Assert.IsType<BirdReply.Done>(reply);
        Assert.Equal(BirdProtocolState.Up, BirdProtocols.Find(done.Lines, "anycast4"));
    }

    [Theory]
    [InlineData("8003 No protocols match\n", 8003)]
    [InlineData("8007 Access denied\n", 8007)]
    [InlineData("9001 syntax error\n", 9001)]
    public async Task Enable_Refused_SaysWhatBirdSaid(string answer, int code)
    {
        await using var bird = new ScriptedBird(Greeting, _ => answer);
        var reply = await new BirdClient(bird.Path, Long).EnableAsync("nope", default);
        var refused = Assert.IsType<BirdReply.Refused>(reply);
        Assert.Equal(code, refused.Code);
        Assert.Contains(answer[5..^1], refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckConfiguration_Right_Done()
    {
        await using var bird = new ScriptedBird(
            Greeting,
            _ => "0002-Reading configuration from bird.conf\n0020 Configuration OK\n"
        );
        var reply = await new BirdClient(bird.Path, Long).CheckConfigurationAsync(default);
        Assert.Equal("Configuration OK", Assert.IsType<BirdReply.Done>(reply).Lines[^1].Text);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\n", "NoCode")]
    [InlineData("0000 \n", "does not greet")]
    public async Task Enable_NotBird_Unreachable(string greeting, string problem)
    {
        await using var bird = new ScriptedBird(greeting, _ => null);
        var reply = await new BirdClient(bird.Path, Long).EnableAsync("anycast4", default);
        Assert.Contains(
            problem,
            Assert.IsType<BirdReply.Unreachable>(reply).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Enable_EndsInTheMiddle_Unreachable()
    {
        await using var bird = new ScriptedBird(Greeting, _ => null);
        var reply = await new BirdClient(bird.Path, Long).EnableAsync("anycast4", default);
        Assert.IsType<BirdReply.Unreachable>(reply);
    }

    [Fact]
    public async Task Enable_NoAnswer_UnreachableAfterTheTimeout()
    {
        await using var bird = new ScriptedBird(Greeting, _ => "0011-half an answer\n");
        var client = new BirdClient(bird.Path, TimeSpan.FromMilliseconds(50));
        var reply = await client.EnableAsync("anycast4", default);
        Assert.Contains(
            "did not answer",
            Assert.IsType<BirdReply.Unreachable>(reply).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Enable_NoSocket_Unreachable()
    {
        var reply = await new BirdClient("/nowhere/bird.ctl", Long).EnableAsync("a", default);
        Assert.StartsWith(
            "/nowhere/bird.ctl",
            Assert.IsType<BirdReply.Unreachable>(reply).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Enable_Cancelled_Throws()
    {
        await using var bird = new ScriptedBird(Greeting, _ => "");
        using var cancelled = new CancellationTokenSource();
        var reply = new BirdClient(bird.Path, Long).EnableAsync("a", cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("a\"; disable all")]
    [InlineData("a b")]
    public async Task Enable_NotAName_Throws(string protocol)
    {
        Assert.False(BirdClient.IsProtocolName(protocol));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            new BirdClient("/nowhere", Long).EnableAsync(protocol, default)
        );
    }
}
