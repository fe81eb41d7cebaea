using Edge.Load.Reports;
using Edge.Load.Signaling;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Load.Mesh;

/// <summary>One run: publish; measure while nobody watches; then at each place join, measure, leave.</summary>
/// <remarks>The same publishers all the time, so that phases differ by where the viewers are alone.</remarks>
internal sealed class MeshRun : IDisposable
{
    /// <summary>How long viewers of a place may take to come, all together. Chosen: what a person waits.</summary>
    private static readonly TimeSpan JoinLongest = TimeSpan.FromSeconds(6);

    /// <summary>Where nobody watches there is less to settle.</summary>
    private static readonly TimeSpan NobodyWarmup = TimeSpan.FromMilliseconds(500);

    /// <summary>Publishers begin at random moments of a frame's time: all at once would send all frames at
    /// once.</summary>
    private const int FrameMilliseconds = 33;

    private readonly MeshOptions _options;
    private readonly LoadClients _clients = new();
    private readonly LoadClock _clock;
    private readonly LoadDriver _driver;
    private readonly HttpSessions _sessions;
    private readonly ServerProcess[] _processes;

    private readonly List<SocketClient> _publishers = [];
    private readonly List<SocketClient> _viewers = [];
    private readonly Latencies _latencies = new();
    private string? _joinProblem; // The first one.

    private MeshRun(MeshOptions options)
    {
        _options = options;
        (_clock, _driver) = (_clients.Clock, _clients.Driver);
        _sessions = new(_clients.Factory, _clock, options.Bind, options.Token, JoinLongest);
        _processes = [.. options.Processes.Select(process => new ServerProcess(process.Id))];
    }

    /// <summary>Measures; throws when a publisher cannot publish. Viewers that cannot join are a result.</summary>
    public static async Task<MeshReport> RunAsync(MeshOptions options)
    {
        using var run = new MeshRun(options);
        return await run.MeasureAsync();
    }

    public void Dispose()
    {
        _clients.Dispose();
        _sessions.Dispose();
    }

    private async Task<MeshReport> MeasureAsync()
    {
        for (var stream = 0; stream < _options.Streams; stream++)
        {
            await PublishAsync(stream);
        }

        var phases = new List<MeshPhase> { await MeasureAsync("") };
        foreach (var (name, url) in _options.Places)
        {
            var joins = Enumerable.Range(0, _options.Streams).Select(each => JoinAsync(url, each));
            var hasPicture = await Task.WhenAll(joins);
            await TellAsync(name, hasPicture.Count(joined => !joined));
            phases.Add(await MeasureAsync(name));
            await LeaveAsync();
        }

        foreach (var publisher in _publishers)
        {
            await _sessions.EndAsync(publisher.SessionId);
        }

        return new MeshReport
        {
            Conditions = _options.Conditions,
            Streams = _options.Streams,
            Phases = phases,
        };
    }

    private async Task PublishAsync(int stream)
    {
        await Task.Delay(_clients.Random.NextInt32(FrameMilliseconds));
        var streams = LoadStreams.Create(LoadMedia.Plain, _clients.Random);
        var publisher = await _sessions.PublishAsync(UrlOf(_options.Publish!, stream), streams);
        _publishers.Add(publisher);
        _driver.Add(publisher);
        if (!await _driver.WaitAsync(() => publisher.Client.ConnectedAt.IsSet, JoinLongest))
        {
            throw new TestingException($"Publisher {stream} does not connect.");
        }
    }

    /// <summary>One viewer more; waits for its first picture. False when there is none in time.</summary>
    private async Task<bool> JoinAsync(Uri place, int stream)
    {
        try
        {
            var viewer = await _sessions.PlayAsync(UrlOf(place, stream));
            foreach (var track in viewer.Client.Played.Skip(1)) // The sound is the first.
            {
                track.PacketLatency = _latencies.Video;
                track.FrameLatency = _latencies.Frame;
            }

            _ = await _driver.AskAsync(() =>
            {
                _viewers.Add(viewer);
                return true;
            });
            _driver.Add(viewer);
            return await _driver.WaitAsync(() => HasPicture(viewer), JoinLongest);
        }
        catch (Exception exception)
            when (exception
                    is TestingException
                        or HttpRequestException
                        or OperationCanceledException
            )
        {
            // Where the link carries too little, joins fail too.
            _joinProblem ??= exception.Message;
            return false;
        }
    }

    private async Task TellAsync(string place, int missing)
    {
        if (missing > 0)
        {
            await Console.Error.WriteLineAsync(
                $"{place}: {missing} of {_options.Streams} viewers had no picture in {JoinLongest.TotalSeconds:0} s. {_joinProblem}"
            );
        }
    }

    private async Task LeaveAsync()
    {
        foreach (var viewer in _viewers)
        {
            await _driver.RemoveAsync(viewer);
            await _sessions.EndAsync(viewer.SessionId);
        }

        _viewers.Clear();
    }

    private async Task<MeshPhase> MeasureAsync(string place)
    {
        await Task.Delay(place.Length > 0 ? _options.Warmup : NobodyWarmup);
        var before = await _driver.AskAsync(Begin);
        var viewers = await _driver.AskAsync(() => _viewers.Count(HasPicture));
        await Task.Delay(_options.Window);
        var after = await _driver.AskAsync(Count);
        return Phase(place, viewers, before, after);
    }

    private MeshCounts Begin()
    {
        _latencies.Reset();
        _driver.ResetTurns();
        return Count();
    }

    private MeshCounts Count() =>
        new(
            _clock.Now,
            _publishers.Sum(client => client.Client.Streams.Sum(stream => stream.Packets)),
            _viewers.Sum(client => client.Client.Played.Sum(track => track.Packets)),
            [.. _processes.Select(process => process.Read())],
            [.. _processes.Select(process => process.ReadThreads(ServerProcess.ShardThreads))],
            MachineTime.Read(),
            TcpSegments.Read(_options.TcpProcess)
        );

    private MeshPhase Phase(string place, int viewers, MeshCounts before, MeshCounts after) =>
        new()
        {
            Place = place,
            Viewers = viewers,
            Seconds = (after.At - before.At).TotalSeconds,
            Published = after.Published - before.Published,
            Arrived = after.Arrived - before.Arrived,
            Cpu = _options
                .Processes.Select(
                    (process, index) => (process.Name, (after.Cpu[index] - before.Cpu[index]).Total)
                )
                .ToDictionary(StringComparer.Ordinal),
            ShardCpu = _options
                .Processes.Select(
                    (process, index) =>
                        (process.Name, after.ShardCpu[index] - before.ShardCpu[index])
                )
                .ToDictionary(StringComparer.Ordinal),
            StolenPercent = (after.Machine - before.Machine).StolenPercent,
            Video = Quantiles.Of(_latencies.Video),
            FrameLast = Quantiles.Of(_latencies.Frame),
            LongestTurnMilliseconds = _driver.LongestTurn.TotalMilliseconds,
            Segments = after.Segments - before.Segments,
        };

    private static bool HasPicture(SocketClient viewer) =>
        viewer.Client.Played.Any(track => track.FirstKeyFrameAt.IsSet);

    private static Uri UrlOf(Uri place, int stream) =>
        new($"{place.ToString().TrimEnd('/')}/mesh{stream}");
}
