using Edge.Load.Rooms.Reports;

namespace Edge.Load.Tests.Rooms.Reports;

/// <summary>Reports as rooms make them.</summary>
internal static class RoomSamples
{
    public static RoomsReport Report(int bad = 0) =>
        new()
        {
            People = 100,
            Pulls = 25,
            Speakers = 4,
            CameraBitsPerSecond = 80_000,
            FramesPerSecond = 10,
            JoinsPerSecond = 20,
            Bad = bad,
            BadLossPercent = 5,
            BadBitsPerSecond = 500_000,
            Seconds = 10,
            ServerCores = 1,
            OfferedPerSecond = 36_000,
            ForwardedPerSecond = 35_900,
            EdgeMicroseconds = 10,
            EdgeCorePercent = 36,
            ControlCorePercent = 1,
            EdgeWaitedPercent = 0.5,
            ClientsWaitedPercent = 0.5,
            JoiningCorePercent = 70,
            JoiningRequestsPercent = 20,
            EdgeJoinMilliseconds = 9,
            ControlJoinMilliseconds = 4,
            EdgeIdleMegabytes = 20,
            EdgeKilobytesPerSession = 400,
            ControlKilobytesPerSession = 40,
            Good = Group(100 - bad),
            OfBad = bad == 0 ? null : Group(bad),
            ClientsLatePercent = 0.1,
            ClientsLongestTurnMilliseconds = 3,
            Drops = new(0, 0),
            StolenPercent = 1,
            Problems = [],
        };

    public static RoomGroup Group(int viewers) =>
        new()
        {
            Viewers = viewers,
            Complete = viewers,
            ArrivedPercent = 100,
            ArrivedLeastPercent = 99.5,
            LostPercent = 0.25,
            RecoveredPerSecond = 8,
            KilobitsMedian = 2150,
            KilobitsLeast = 2100,
            Video = new(1, 2, 3, 4),
            Audio = new(1, 2, 3, 4),
            Join = new(40, 50, 60, 70),
            JoinRequests = new(20, 30, 40, 50),
            LaterPull = new(10, 20, 30, 40),
        };
}
