using Edge.Load.Reports;
using Edge.Load.Signaling;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Load;

/// <summary>One run: publish, join, wait, measure, let others join and leave, publish more, leave.</summary>
internal sealed class LoadRun : IDisposable
{
    /// <summary>From a publisher's connection until its first viewer: longer than until its first packets are there.</summary>
    private static readonly TimeSpan PublisherAhead = TimeSpan.FromSeconds(0.5);

    private const int FrameMilliseconds = 33;

    private readonly LoadOptions _options;
    private readonly LoadClients _clients;
    private readonly LoadDriver _driver;
    private readonly ISignaling _signaling;
    private readonly ServerProcess _server;
    private readonly LoadViewers _viewers;
    private readonly List<SocketClient> _publishers = []; // Those that are played.
    private MemoryFigures _memory = new();

    private LoadRun(LoadOptions options)
    {
        _options = options;
        _clients = new LoadClients(options.Profile, watchesLikeBrowsers: true);
        _driver = _clients.Driver;
        _signaling = options.Janus is null
            ? new WhipWhep(options, _clients.Factory, _clients.Clock)
            : new JanusVideoRoom(options, _clients.Factory, _clients.Clock);
        _server = new ServerProcess(options.ProcessId);
        _viewers = new LoadViewers(options, _clients, _signaling);
    }

    private int FurtherPublishers => Math.Max(0, _options.Publishers - _options.Streams);

    /// <summary>Measures; throws when a client cannot join.</summary>
    public static async Task<LoadReport> RunAsync(LoadOptions options)
    {
        using var run = new LoadRun(options);
        return await run.MeasureAsync();
    }

    public void Dispose()
    {
        _clients.Dispose();
        _signaling.Dispose();
    }

    private async Task<LoadReport> MeasureAsync()
    {
        _memory = new MemoryFigures
        {
            Viewers = _options.Viewers,
            FurtherTracks = 2 * FurtherPublishers,
            IdleResident = _server.ResidentKilobytes(),
            Idle = _server.ProportionalKilobytes(),
        };
        for (var stream = 0; stream < _options.Streams; stream++)
        {
            // At random moments of a frame's time: all at once would send all frames at once.
            await Task.Delay(_clients.Random.NextInt32(FrameMilliseconds));
            _publishers.Add(await PublishAsync(stream));
        }

        await JoinAsync();
        await Task.Delay(_options.Warmup);
        _memory = _memory with { Full = _server.ProportionalKilobytes() };
        var before = await _driver.AskAsync(Begin);
        await Task.Delay(_options.Window);
        var after = await _driver.AskAsync(Snapshot);
        var report = Report(before, after);
        var joins = _options.Joins > 0 ? await MeasureJoinsAsync(after.Since(before)) : null;
        if (FurtherPublishers > 0)
        {
            await PublishFurtherAsync();
        }

        await _signaling.LeaveAsync();
        return report with { Memory = _memory, Joins = joins };
    }

    private async Task<SocketClient> PublishAsync(int number)
    {
        var streams = LoadStreams.Create(_options.Media, _clients.Random);
        var publisher = await _signaling.PublishAsync(streams, number);
        _driver.AddPublisher(publisher);
        var isThere = await _driver.WaitAsync(
            () => publisher.Client.ConnectedAt.IsSet,
            LoadViewers.JoinLongest
        );
        if (!isThere)
        {
            throw new TestingException($"Publisher {number + 1} does not connect.");
        }

        return publisher;
    }

    /// <summary>Viewers, one after another, with the memory before them and amid them.</summary>
    private async Task JoinAsync()
    {
        await Task.Delay(PublisherAhead);
        _memory = _memory with { Published = _server.ProportionalKilobytes() };
        for (var index = 0; index < _options.Viewers; index++)
        {
            if (index == MemoryFigures.Half(_options.Viewers))
            {
                // Until the publisher's caches are full, and what joins need for a moment was given back.
                await Task.Delay(_options.Warmup);
                _memory = _memory with { Middle = _server.ProportionalKilobytes() };
            }

            await _viewers.JoinAsync();
        }
    }

    /// <summary>Others join and leave beside those who stay, who are watched meanwhile.</summary>
    /// <param name="media">What passed in the window without joins.</param>
    private async Task<JoinFigures> MeasureJoinsAsync(LoadSpan media)
    {
        var joins = new JoinPhase(_options, _clients, _signaling);
        var before = await _driver.AskAsync(Begin);
        await joins.RunAsync();
        var span = (await _driver.AskAsync(Snapshot)).Since(before);
        var cpu = span.Cpu.Total - (media.Cpu.Total * span.Seconds / media.Seconds);
        return joins.Report(Math.Max(0, cpu)) with
        {
            LossPercent = span.LossPercent,
            FrameLast = Distribution.Of(_viewers.Latencies.Frame),
            Audio = Distribution.Of(_viewers.Latencies.Audio),
        };
    }

    private async Task PublishFurtherAsync()
    {
        await Task.Delay(_options.Warmup);
        _memory = _memory with { BeforeTracks = _server.ProportionalKilobytes() };
        for (var further = 0; further < FurtherPublishers; further++)
        {
            _ = await PublishAsync(_options.Streams + further);
        }

        await Task.Delay(PublisherAhead + _options.Warmup);
        _memory = _memory with { WithTracks = _server.ProportionalKilobytes() };
    }

    private LoadSnapshot Begin()
    {
        _viewers.Latencies.Reset();
        _driver.ResetTurns();
        return Snapshot();
    }

    private LoadSnapshot Snapshot()
    {
        var snapshot = new LoadSnapshot(_clients.Clock.Now, _server.Read(), MachineTime.Read());
        snapshot.Sent = _publishers.Sum(publisher =>
            publisher.Client.Streams.Sum(stream => stream.Packets)
        );
        _viewers.Count(snapshot);
        return snapshot;
    }

    private LoadReport Report(LoadSnapshot before, LoadSnapshot after)
    {
        var span = after.Since(before);
        var perPacket = span.Packets == 0 ? 0 : 1e6 / span.Packets;
        var latencies = _viewers.Latencies;
        return new LoadReport
        {
            Name = _options.Name,
            Version = _options.Version,
            Media = _options.Media,
            Streams = _options.Streams,
            Viewers = _options.Viewers,
            Decrypting = Math.Min(_options.Decrypts, _options.Viewers),
            Timed = latencies.Video.Count + latencies.Audio.Count,
            Seconds = span.Seconds,
            Sent = span.Sent,
            Packets = span.Packets,
            PacketsPerSecond = span.Packets / span.Seconds,
            LongestDatagram = after.LongestDatagram,
            LossPercent = span.LossPercent,
            Recovered = span.Recovered,
            CpuMicroseconds = span.Cpu.Total * perPacket,
            UserMicroseconds = span.Cpu.User * perPacket,
            SystemMicroseconds = span.Cpu.System * perPacket,
            CorePercent = 100 * span.Cpu.Total / span.Seconds,
            StolenPercent = span.StolenPercent,
            Video = Distribution.Of(latencies.Video),
            FrameLast = Distribution.Of(latencies.Frame),
            Audio = Distribution.Of(latencies.Audio),
            Post = Quantiles.Of(_viewers.All.Select(viewer => viewer.Post)),
            FirstPacket = Quantiles.Of(_viewers.All.Select(viewer => viewer.FirstPacket)),
            FirstKeyFrame = _options.HasPictures
                ? Quantiles.Of(_viewers.All.Select(viewer => viewer.FirstKeyFrame))
                : new Quantiles(0, 0),
            LongestTurnMilliseconds = _driver.LongestTurn.TotalMilliseconds,
            BusyPercent = 100 * _driver.BusyTime.TotalSeconds / span.Seconds,
            LatePercent = 100 * _driver.LateTime.TotalSeconds / span.Seconds,
        };
    }
}
