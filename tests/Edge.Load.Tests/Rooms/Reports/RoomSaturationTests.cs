using Edge.Load.Rooms.Reports;
using Xunit;

namespace Edge.Load.Tests.Rooms.Reports;

public sealed class RoomSaturationTests
{
    [Fact]
    public void Describe_AllKeptUp_SaysNothing() =>
        Assert.Empty(RoomSaturation.Describe(RoomSamples.Report()));

    [Fact]
    public void Describe_ServerAtItsCores_NamesIt()
    {
        var busy = RoomSamples.Report() with { EdgeCorePercent = 80, ControlCorePercent = 15 };

        Assert.Equal(
            ["The server was saturated: edge and control used 95 % of their 1 core(s)."],
            RoomSaturation.Describe(busy),
            StringComparer.Ordinal
        );
        Assert.Empty(RoomSaturation.Describe(busy with { ServerCores = 2 }));
        Assert.Equal(
            ["The server was saturated while people joined (98 %): joins took longer for that."],
            RoomSaturation.Describe(RoomSamples.Report() with { JoiningCorePercent = 98 }),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Describe_Clients_SaysThatFiguresAreTheirs()
    {
        var late = RoomSamples.Report() with
        {
            JoiningRequestsPercent = 30,
            ClientsLatePercent = 2.25,
            ClientsWaitedPercent = 40,
            Drops = new(0, 7),
        };

        Assert.Equal(
            [
                "The clients were saturated while people joined: their requests alone took 30 % of their core; joins took longer for that.",
                "The clients were saturated: 2.3 % of the time in turns of more than 5 ms; latencies are theirs.",
                "Others had the clients' core 40 % of the time: what looks like their saturation may be that.",
                "The clients did not keep up: 7 datagrams came while their sockets' buffers were full; losses are theirs.",
            ],
            RoomSaturation.Describe(late),
            StringComparer.Ordinal
        );
    }

    [Fact]
    public void Describe_EdgesSocketOrHost_NamesThem()
    {
        var poor = RoomSamples.Report() with { Drops = new(3, 0), StolenPercent = 12 };

        Assert.Equal(
            [
                "The edge did not keep up: 3 datagrams came while its socket's buffer was full.",
                "The host gave 12 % of the time to others: no figure is better than that.",
            ],
            RoomSaturation.Describe(poor),
            StringComparer.Ordinal
        );
    }
}
