using Anycast.Bird;
using Anycast.Daemon.Announcing;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anycast.Daemon.Tests.Announcing;

/// <summary>How BIRD is told, with one that answers as BIRD does and forgets as a test says.</summary>
public sealed class BirdAnnouncerTests : IAsyncDisposable
{
    private readonly HashSet<string> _up = new(StringComparer.Ordinal);
    private readonly ScriptedBird _bird;
    private volatile bool _lacksFirst;

    public BirdAnnouncerTests() => _bird = new ScriptedBird("0001 BIRD ready.\n", Answer);

    public ValueTask DisposeAsync() => _bird.DisposeAsync();

    [Fact]
    public async Task Want_Nothing_BirdIsOnlyLookedAt()
    {
        Set("a4", "a6");
        await using var announcer = Start();
        await UntilAsync(announcer, BirdState.Announced);
        Assert.All(
            _bird.Commands,
            command => Assert.StartsWith("show", command, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Want_AnnouncedThenWithdrawn_EveryProtocolIsTold()
    {
        await using var announcer = Start();
        announcer.Want(BirdState.Announced);
        await UntilAsync(announcer, BirdState.Announced);
        announcer.Want(BirdState.Withdrawn);
        await UntilAsync(announcer, BirdState.Withdrawn);
        Assert.Equal(
            ["enable \"a4\"", "enable \"a6\"", "disable \"a4\"", "disable \"a6\""],
            _bird
                .Commands.Where(command => !command.StartsWith("show", StringComparison.Ordinal))
                .ToArray()
        );
    }

    [Fact]
    public async Task Want_Announced_ToldAgainWhenBirdForgets()
    {
        await using var announcer = Start();
        announcer.Want(BirdState.Announced);
        await UntilAsync(announcer, BirdState.Announced);
        Set();
        await Patience.UntilAsync(
            "BIRD is told again",
            () => Task.FromResult(_bird.Commands.Count(command => command is "enable \"a6\"")),
            isEnough: count => count == 2
        );
    }

    /// <summary>What cannot be withdrawn keeps nothing else announced.</summary>
    [Fact]
    public async Task Want_WithdrawnAndOneProtocolIsMissing_TheOtherIsTold()
    {
        Set("a4", "a6");
        await using var announcer = Start();
        await UntilAsync(announcer, BirdState.Announced);
        _lacksFirst = true;
        announcer.Want(BirdState.Withdrawn);
        await Patience.UntilAsync(
            "the other protocol is disabled",
            () => Task.FromResult(_bird.Commands),
            commands => commands.Contains("disable \"a6\"", StringComparer.Ordinal)
        );
        await UntilAsync(announcer, BirdState.Unknown);
    }

    [Fact]
    public async Task End_Announced_Withdraws()
    {
        Set("a4", "a6");
        await using var announcer = Start();
        await announcer.EndAsync();
        Assert.Equal(BirdState.Withdrawn, announcer.State);
    }

    [Fact]
    public async Task Dispose_Announced_BirdStaysAsItIs()
    {
        Set("a4", "a6");
        await using (var announcer = Start())
        {
            announcer.Want(BirdState.Announced);
            await UntilAsync(announcer, BirdState.Announced);
        }

        Assert.DoesNotContain(
            _bird.Commands,
            command => command.StartsWith("disable", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Want_DryRun_BirdIsOnlyLookedAtToTheEnd()
    {
        await using var announcer = Start(isDryRun: true);
        announcer.Want(BirdState.Announced);
        await UntilAsync(announcer, BirdState.Withdrawn);
        await announcer.EndAsync();
        Assert.All(
            _bird.Commands,
            command => Assert.StartsWith("show", command, StringComparison.Ordinal)
        );
    }

    private BirdAnnouncer Start(bool isDryRun = false) =>
        new(
            new BirdClient(_bird.Path, TimeSpan.FromSeconds(30)),
            ["a4", "a6"],
            isDryRun,
            NullLogger.Instance
        );

    private static Task UntilAsync(BirdAnnouncer announcer, BirdState state) =>
        Patience.UntilAsync(
            $"BIRD has it {state}",
            () => Task.FromResult(announcer.State),
            isEnough: seen => seen == state
        );

    private void Set(params string[] up)
    {
        lock (_up)
        {
            _up.Clear();
            _up.UnionWith(up);
        }
    }

    private string Answer(string command)
    {
        var name = command.Split('"')[1];
        if (_lacksFirst && name is "a4")
        {
            return "8003 No protocols match\n";
        }

        lock (_up)
        {
            switch (command.Split(' ')[0])
            {
                case "enable":
                    _up.Add(name);
                    return "0011-enabled\n0000 \n";
                case "disable":
                    _up.Remove(name);
                    return "0009-disabled\n0000 \n";
                default:
                    var state = _up.Contains(name) ? "up" : "down";
                    return $"2002-Name\n1002-{name} Static master4 {state} 07:10:56.001  \n0000 \n";
            }
        }
    }
}
