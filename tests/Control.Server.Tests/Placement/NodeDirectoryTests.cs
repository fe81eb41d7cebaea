using System.Text.Json;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Nodes;
using Control.Server.Placement;
using Control.Server.Tests.Support;
using Edge.Bus.InProcess;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Placement;

/// <summary>Which nodes a control knows, and since when it does not.</summary>
public sealed class NodeDirectoryTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private readonly InProcessBus _lan;
    private readonly InProcessBus _nats;
    private readonly InProcessBus _lanOfNodes;
    private readonly InProcessBus _natsOfNodes;
    private readonly NodeDirectory _directory;

    public NodeDirectoryTests()
    {
        var lan = new InProcessExchange(new InProcessBusOptions(), NullLogger.Instance);
        var nats = new InProcessExchange(new InProcessBusOptions(), NullLogger.Instance);
        (_lan, _lanOfNodes) = (lan.Connect(), lan.Connect());
        (_nats, _natsOfNodes) = (nats.Connect(), nats.Connect());
        _directory = new NodeDirectory(
            new NodeBuses(OwnerCode.NumberOf("fra"), _lan, _nats),
            "fra",
            _time,
            _log
        );
        _directory.Start();
    }

    [Fact]
    public async Task Announced_OwnOnTheLanAndOthersOnNats_Known()
    {
        Say(_lanOfNodes, Of("fra", "n1"));
        Say(_natsOfNodes, Of("ams", "n1"));
        await UntilAsync(() => _directory.Look().Length == 2);

        var own = _directory.Find(Of("fra", "n1").Address);
        Assert.Equal((NodeStanding.Alive, true), (own!.Standing, own.TakesSessions));
        Assert.NotNull(_directory.Find(Of("ams", "n1").Address));
        Assert.Null(_directory.Find(Of("fra", "n2").Address));
    }

    /// <summary>The own PoP is heard where it is; NATS may be late or gone.</summary>
    [Fact]
    public async Task Announced_OwnOnNats_NotTakenFromThere()
    {
        Say(_natsOfNodes, Of("fra", "n1"));
        Say(_natsOfNodes, Of("ams", "n1"));
        await UntilAsync(() => _directory.Look().Length > 0);

        Assert.Equal("ams", _directory.Look().Single().Announcement.Pop);
    }

    [Fact]
    public async Task Silence_ThreeSeconds_NoNewSessionsAndThirty_Forgotten()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.True(_directory.Find(node.Address)!.TakesSessions);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        var silent = _directory.Find(node.Address);
        Assert.Equal((NodeStanding.Silent, false), (silent!.Standing, silent.TakesSessions));
        Assert.False(_directory.IsLost(node.Address));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_log.Of(4402));

        _time.Advance(NodeDirectory.LostAfter - TimeSpan.FromSeconds(5));
        Assert.NotNull(_directory.Find(node.Address));
        Assert.False(_directory.IsLost(node.Address));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_directory.IsLost(node.Address));
        Assert.Null(_directory.Find(node.Address));
        Assert.Single(_log.Of(4404));
    }

    [Fact]
    public async Task Silence_EndsInTime_AliveAgain()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);
        _time.Advance(TimeSpan.FromSeconds(10));
        var changed = _directory.Changed;

        Say(_lanOfNodes, node);

        await changed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(NodeStanding.Alive, _directory.Find(node.Address)!.Standing);
        Assert.Single(_log.Of(4403));
    }

    /// <summary>Sessions of a node that said goodbye have ended: nobody has to wait for it.</summary>
    [Fact]
    public async Task Stopped_LostAtOnce()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);

        Say(_lanOfNodes, node with { Readiness = NodeReadiness.Stopped });

        await UntilAsync(() => _directory.IsLost(node.Address));
        Assert.Equal(NodeStanding.Stopped, _directory.Find(node.Address)!.Standing);
    }

    [Theory]
    [InlineData(NodeReadiness.Starting, 0, false)]
    [InlineData(NodeReadiness.Ready, 99, true)]
    [InlineData(NodeReadiness.Ready, 100, false)]
    [InlineData(NodeReadiness.Draining, 0, false)]
    public async Task TakesSessions_OnlyReadyAndNotFull(
        NodeReadiness readiness,
        int sessions,
        bool expected
    )
    {
        var node = Of("fra", "n1") with
        {
            Readiness = readiness,
            Report = new NodeReport(0, 0, sessions, 0, 0, 0),
        };
        await MeetAsync(node);
        Assert.Equal(expected, _directory.Find(node.Address)!.TakesSessions);
    }

    /// <summary>A second is long: what was placed meanwhile counts until the node says it itself.</summary>
    [Fact]
    public async Task NotePlaced_CountsUntilTheNextAnnouncement()
    {
        var node = Of("fra", "n1") with { SessionsMax = 2 };
        await MeetAsync(node);
        _directory.NotePlaced(node.Address);
        Assert.Equal(0.5, _directory.Find(node.Address)!.Load);
        _directory.NotePlaced(node.Address);
        Assert.False(_directory.Find(node.Address)!.TakesSessions);

        Say(_lanOfNodes, node with { Report = new NodeReport(0, 0, 1, 0, 0, 0), Load = 0.5 });

        await UntilAsync(() => _directory.Find(node.Address)!.TakesSessions);
    }

    [Fact]
    public async Task Avoid_ForFiveSeconds()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);
        _directory.Avoid(node.Address);
        Assert.True(_directory.Find(node.Address)!.IsAvoided);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(_directory.Find(node.Address)!.IsAvoided);
    }

    /// <summary>Two names with one number would be one node to whoever reads a session id.</summary>
    [Fact]
    public async Task Announced_TwoNodesWithOneNumber_TheSecondIsRefusedAndLoggedOnce()
    {
        var (first, second) = FindClash(name => name);
        await MeetAsync(Of("fra", first));

        Say(_lanOfNodes, Of("fra", second));
        Say(_lanOfNodes, Of("fra", second));
        await MeetAsync(Of("fra", "last"));

        var known = _directory.Find(Of("fra", first).Address);
        Assert.Equal(first, known!.Announcement.Node);
        Assert.Contains(second, Assert.Single(_log.Of(4405)), StringComparison.Ordinal);
    }

    /// <summary>When the first is gone for good, the name is free.</summary>
    [Fact]
    public async Task Announced_SecondOfANumberAfterTheFirstIsForgotten_Taken()
    {
        var (first, second) = FindClash(name => name);
        await MeetAsync(Of("fra", first));
        _time.Advance(NodeDirectory.LostAfter);

        await MeetAsync(Of("fra", second));

        Assert.Equal(second, _directory.Look().Single().Announcement.Node);
    }

    [Fact]
    public async Task Announced_TwoPopsWithOneNumber_TheSecondIsRefused()
    {
        var (first, second) = FindClash(name => "pop-" + name);
        Say(_natsOfNodes, Of(first, "n1"));
        await UntilAsync(() => _directory.Look().Length == 1);

        Say(_natsOfNodes, Of(second, "n2"));
        await UntilAsync(() => _log.Of(4405).Count == 1);

        Assert.Equal(first, _directory.Look().Single().Announcement.Pop);
    }

    [Fact]
    public async Task Announced_PopWithTheNumberOfTheOwn_LoggedAndNotUsed()
    {
        var other = "";
        for (var index = 0; OwnerCode.NumberOf(other) != OwnerCode.NumberOf("fra"); index++)
        {
            other = $"pop{index}";
        }

        Say(_natsOfNodes, Of(other, "n1"));

        await UntilAsync(() => _log.Of(4405).Count == 1);
        Assert.Empty(_directory.Look());
    }

    /// <summary>Two processes under one name take turns in being the newest.</summary>
    [Fact]
    public async Task Announced_TwoLivesInTurn_LoggedOnce()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);
        for (var turn = 0; turn < 3; turn++)
        {
            Say(_lanOfNodes, node with { Life = 2 });
            Say(_lanOfNodes, node with { Life = 1 });
        }

        await UntilAsync(() => _log.Of(4406).Count == 1);
        await MeetAsync(Of("fra", "last"));
        Assert.Single(_log.Of(4406));
    }

    [Fact]
    public async Task Announced_AnotherLifeOnce_IsARestart()
    {
        var node = Of("fra", "n1");
        await MeetAsync(node);
        var changed = _directory.Changed;

        Say(_lanOfNodes, node with { Life = 2 });

        await changed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(_log.Of(4406));
    }

    /// <summary>What is no announcement, or one of somebody else, is logged once and not used.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("other")]
    [InlineData("name")]
    [InlineData("zero")]
    public async Task Announced_WhatIsNone_NotUsed(string what)
    {
        var node = Of("fra", "n1");
        var message = what switch
        {
            "other" => ToBytes(Of("fra", "n2")),
            "name" => ToBytes(node with { Node = "n2" }),
            "zero" => ToBytes(node with { SessionsMax = 0 }),
            _ => System.Text.Encoding.UTF8.GetBytes(what),
        };
        _lanOfNodes.TryPublish(NodeSubject.Announcement(node.Address), message);
        _lanOfNodes.TryPublish(NodeSubject.Announcement(node.Address), message);

        await UntilAsync(() => _log.Of(4407).Count == 1);
        await MeetAsync(Of("fra", "last"));
        Assert.Equal("last", _directory.Look().Single().Announcement.Node);
        Assert.Single(_log.Of(4407));
    }

    /// <summary>A node of the version before or after says less or more.</summary>
    [Fact]
    public async Task Announced_ByANeighbouringVersion_Taken()
    {
        var node = Of("fra", "n1");
        var text = System.Text.Encoding.UTF8.GetString(ToBytes(node));
        var newer = text.Replace("{\"pop\"", "{\"later\":{},\"pop\"", StringComparison.Ordinal);
        var older = newer.Replace(",\"envelope\":0", "", StringComparison.Ordinal);
        Assert.NotEqual(newer, older, StringComparer.Ordinal);

        _lanOfNodes.TryPublish(
            NodeSubject.Announcement(node.Address),
            System.Text.Encoding.UTF8.GetBytes(older)
        );

        await UntilAsync(() => _directory.Find(node.Address) is { TakesSessions: true });
    }

    /// <summary>Whoever could not have been heard is not lost.</summary>
    [Fact]
    public void IsLost_NotConnectedOrNotForLong_False()
    {
        var unknown = Of("ams", "n9").Address;
        Assert.False(_directory.IsLost(unknown));
        _time.Advance(NodeDirectory.LostAfter);
        Assert.True(_directory.IsLost(unknown));

        _nats.Disconnect();
        Waiting.Until(() => !_directory.IsLost(unknown));
        _time.Advance(NodeDirectory.LostAfter);
        Assert.False(_directory.IsLost(unknown));
        _nats.Reconnect();
        _time.Advance(NodeDirectory.LostAfter / 2);
        Assert.False(_directory.IsLost(unknown));
        Waiting.Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _directory.IsLost(unknown);
        });
    }

    [Fact]
    public void IsSettled_AfterThreeSecondsOnEveryBus()
    {
        Assert.False(_directory.IsSettled);
        _time.Advance(NodeAnnouncement.SilenceMax);
        Assert.True(_directory.IsSettled);
        _lan.Disconnect();
        Waiting.Until(() => !_directory.IsSettled);
    }

    [Fact]
    public async Task Announced_MoreNodesThanTheBound_OthersAreNotUsed()
    {
        for (var index = 0; index < NodeDirectory.NodesMax + 1000; index++)
        {
            // Most numbers are free, and those that are not are refused anyway.
            Say(_lanOfNodes, Of("fra", $"node{index}"));
        }

        await UntilAsync(() => _log.Of(4408).Count == 1, within: 30);
        Assert.Equal(NodeDirectory.NodesMax, _directory.Look().Length);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _directory.Dispose();
        foreach (var bus in (InProcessBus[])[_lan, _nats, _lanOfNodes, _natsOfNodes])
        {
            await bus.DisposeAsync();
        }
    }

    private static NodeAnnouncement Of(string pop, string node) =>
        new()
        {
            Pop = pop,
            Node = node,
            PopNumber = OwnerCode.NumberOf(pop),
            NodeNumber = OwnerCode.NumberOf(node),
            Life = 1,
            Readiness = NodeReadiness.Ready,
            SessionsMax = 100,
            Load = 0,
            Report = new NodeReport(0, 0, 0, 0, 0, 0),
        };

    private static (string First, string Second) FindClash(Func<string, string> toName)
    {
        var byNumber = new Dictionary<ushort, string>();
        for (var index = 0; ; index++)
        {
            var name = toName($"x{index}");
            if (!byNumber.TryAdd(OwnerCode.NumberOf(name), name))
            {
                return (byNumber[OwnerCode.NumberOf(name)], name);
            }
        }
    }

    private static byte[] ToBytes(NodeAnnouncement announcement) =>
        JsonSerializer.SerializeToUtf8Bytes(announcement, NodeJson.Types.NodeAnnouncement);

    private static void Say(InProcessBus bus, NodeAnnouncement announcement) =>
        Assert.True(
            bus.TryPublish(NodeSubject.Announcement(announcement.Address), ToBytes(announcement))
        );

    private async Task MeetAsync(NodeAnnouncement announcement)
    {
        Say(_lanOfNodes, announcement);
        await UntilAsync(() => _directory.Find(announcement.Address) is not null);
    }

    private static Task UntilAsync(Func<bool> condition, double within = 10) =>
        Waiting.UntilAsync(condition, within);
}
