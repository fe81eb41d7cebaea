using Edge.Load.Rooms.Reports;
using Edge.Load.Signaling;
using Edge.Protocol.Transport;
using Edge.Testing;

namespace Edge.Load.Rooms;

/// <summary>One room: all join, wait, measure, leave.</summary>
internal sealed class RoomsRun : IDisposable
{
    /// <summary>Sessions ended at a time, which nobody waits for.</summary>
    private const int EndedAtOnce = 8;

    private readonly RoomsOptions _options;
    private readonly LoadClients _clients = new();
    private readonly CallsApi _api;
    private readonly ServerProcess _edge;
    private readonly ServerProcess _control;
    private readonly ServerProcess _own = new(Environment.ProcessId);
    private readonly RoomLatencies _good = new();
    private readonly RoomLatencies _bad = new();
    private IReadOnlyList<RoomMember> _members = [];

    private RoomsRun(RoomsOptions options)
    {
        _options = options;
        _api = new CallsApi(options.Api!, options.Token);
        _edge = new ServerProcess(options.Edge);
        _control = new ServerProcess(options.Control);
    }

    /// <summary>Measures. Joins and pulls that fail are a result.</summary>
    public static async Task<RoomsReport> RunAsync(RoomsOptions options)
    {
        using var run = new RoomsRun(options);
        return await run.MeasureAsync();
    }

    public void Dispose()
    {
        _clients.Dispose();
        _api.Dispose();
    }

    private async Task<RoomsReport> MeasureAsync()
    {
        var (edgeIdle, controlIdle) = (_edge.ResidentKilobytes(), _control.ResidentKilobytes());
        var (edgeBegin, controlBegin) = (_edge.Read(), _control.Read());
        var (begin, requestsBegin) = (_clients.Clock.Now, RequestsCpu());
        var entrance = new RoomEntrance(_options, _clients, _api, _good, _bad);
        _members = await entrance.FillAsync();
        if (_members.All(member => member.Client is null))
        {
            throw new TestingException($"Nobody could join. {entrance.Problems[0]}");
        }

        var joining = _clients.Clock.Now - begin;
        var edgeJoins = _edge.Read() - edgeBegin;
        var requests = RequestsCpu() - requestsBegin;
        var controlJoins = _control.Read() - controlBegin;
        var forwarded = await _clients.Driver.AskAsync(() =>
            Forwarded(_members.Select(ViewerCounts.Of))
        );
        await Task.Delay(_options.Warmup);
        var before = await CountAsync(isBegin: true);
        await Task.Delay(_options.Window);
        var after = await CountAsync(isBegin: false);
        var ended = await _clients.Driver.AskAsync(() =>
            _members.Select(DescribeEnd).OfType<string>().ToArray()
        );
        var report = Report(before, after);
        var forwarding = forwarded * report.EdgeMicroseconds / 1e6;
        report = report with
        {
            EdgeJoinMilliseconds =
                1000 * Math.Max(0, edgeJoins.Total - forwarding) / _options.People,
            ControlJoinMilliseconds = 1000 * controlJoins.Total / _options.People,
            JoiningCorePercent =
                100 * (edgeJoins.Total + controlJoins.Total) / joining.TotalSeconds,
            JoiningRequestsPercent = 100 * requests / joining.TotalSeconds,
            EdgeIdleMegabytes = edgeIdle / 1024.0,
            EdgeKilobytesPerSession = PerSession(_edge.ResidentKilobytes() - edgeIdle),
            ControlKilobytesPerSession = PerSession(_control.ResidentKilobytes() - controlIdle),
            Problems = [.. entrance.Problems, .. ended],
        };
        await LeaveAsync();
        return report;
    }

    /// <summary>Seconds of this process' other threads: what the clients' requests and descriptions take.</summary>
    private double RequestsCpu() => _own.Read().Total - _own.ReadThreads(LoadDriver.ThreadName);

    private double PerSession(long kilobytes) => kilobytes / (double)_options.People;

    /// <summary>Files of /proc are read beside the driver, which they would hold up.</summary>
    private async Task<RoomCounts> CountAsync(bool isBegin)
    {
        var drops = SocketDrops.Read(_options.MediaPort);
        var (edge, control, machine) = (_edge.Read(), _control.Read(), MachineTime.Read());
        var edgeWaited = _edge.ReadWaited(ServerProcess.ShardThreads);
        return await _clients.Driver.AskAsync(() =>
        {
            if (isBegin)
            {
                _good.Reset();
                _bad.Reset();
                _clients.Driver.ResetTurns();
            }

            return new RoomCounts(
                _clients.Clock.Now,
                [.. _members.Select(ViewerCounts.Of)],
                edge,
                control,
                edgeWaited,
                ServerProcess.ReadOwnWaited(),
                machine,
                drops
            );
        });
    }

    private RoomsReport Report(RoomCounts before, RoomCounts after)
    {
        var seconds = (after.At - before.At).TotalSeconds;
        var came = _members
            .Zip(after.Members.Zip(before.Members, (late, early) => late - early))
            .ToArray();
        var forwarded = Forwarded(came.Select(each => each.Second));
        var edge = (after.Edge - before.Edge).Total;
        var drops = after.Drops - before.Drops;
        return new RoomsReport
        {
            People = _options.People,
            Pulls = _options.Pulls,
            Speakers = _options.Speakers,
            CameraBitsPerSecond =
                8L * _options.PayloadBytes * _options.PacketsPerFrame * _options.FramesPerSecond,
            FramesPerSecond = _options.FramesPerSecond,
            JoinsPerSecond = _options.JoinsPerSecond,
            Bad = _options.Bad,
            BadLossPercent = _options.BadLossPercent,
            BadBitsPerSecond = _options.BadRate.BitsPerSecond,
            Seconds = seconds,
            ServerCores = _options.ServerCores,
            OfferedPerSecond = came.Sum(each => each.Second.Published) / seconds,
            ForwardedPerSecond = forwarded / seconds,
            EdgeMicroseconds = 1e6 * edge / Math.Max(1, forwarded),
            EdgeCorePercent = 100 * edge / seconds,
            ControlCorePercent = 100 * (after.Control - before.Control).Total / seconds,
            JoiningCorePercent = 0,
            JoiningRequestsPercent = 0,
            EdgeJoinMilliseconds = 0,
            ControlJoinMilliseconds = 0,
            EdgeIdleMegabytes = 0,
            EdgeKilobytesPerSession = 0,
            ControlKilobytesPerSession = 0,
            Good = Group(came, isBad: false, seconds, _good)!,
            OfBad = Group(came, isBad: true, seconds, _bad),
            EdgeWaitedPercent = 100 * (after.EdgeWaited - before.EdgeWaited) / seconds,
            ClientsWaitedPercent = 100 * (after.ClientsWaited - before.ClientsWaited) / seconds,
            ClientsLatePercent = 100 * _clients.Driver.LateTime.TotalSeconds / seconds,
            ClientsLongestTurnMilliseconds = _clients.Driver.LongestTurn.TotalMilliseconds,
            Drops = drops,
            StolenPercent = (after.Machine - before.Machine).StolenPercent,
            Problems = [],
        };
    }

    /// <summary>What came as far as the viewers' networks.</summary>
    private static long Forwarded(IEnumerable<ViewerCounts> counts) =>
        counts.Sum(each => each.Arrived + each.LostOnLink);

    private RoomGroup? Group(
        (RoomMember Member, ViewerCounts Counts)[] came,
        bool isBad,
        double seconds,
        RoomLatencies latencies
    )
    {
        var members = came.Where(each => each.Member.IsBad == isBad).ToArray();
        return members.Length == 0
            ? null
            : RoomGroups.Of(members, 2 * _options.Pulls, seconds, latencies);
    }

    /// <summary>Nobody leaves before the end: who is not connected then is told; null for all others.</summary>
    private static string? DescribeEnd(RoomMember member) =>
        member.Client?.Client.Peer.Transport is { } transport
        && transport.State is not PeerState.Connected
            ? $"Person {member.Index + 1}, {(member.IsBad ? "bad" : "good")} network, ended up {transport.State}: {transport.ClosedReason}."
            : null;

    private Task LeaveAsync() =>
        Parallel.ForEachAsync(
            _members.Where(member => member.SessionId.Length > 0),
            new ParallelOptions { MaxDegreeOfParallelism = EndedAtOnce },
            async (member, _) => await _api.EndAsync(member.SessionId)
        );
}
