using Edge.Load.Reports;
using Edge.Load.Signaling;
using Edge.Testing;

namespace Edge.Load;

/// <summary>One run: publish, join, wait, measure, leave.</summary>
internal sealed class LoadRun : IDisposable
{
    private const int AudioSection = 0;

    private static readonly TimeSpan JoinLongest = TimeSpan.FromSeconds(15);

    private readonly LoadOptions _options;
    private readonly LoadClients _clients;
    private readonly LoadClock _clock;
    private readonly LoadDriver _driver;
    private readonly ISignaling _signaling;
    private readonly ServerProcess _server;

    private readonly List<Viewer> _viewers = [];
    private readonly Latencies _latencies = new();

    private LoadRun(LoadOptions options)
    {
        _options = options;
        _clients = new LoadClients(options.Profile, watchesLikeBrowsers: true);
        (_clock, _driver) = (_clients.Clock, _clients.Driver);
        _signaling = options.Janus is null
            ? new WhipWhep(options, _clients.Factory, _clock)
            : new JanusVideoRoom(options, _clients.Factory, _clock);
        _server = new ServerProcess(options.ProcessId);
    }

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
        var memoryIdle = _server.ResidentKilobytes();
        var publisher = await _signaling.PublishAsync(
            LoadStreams.Create(_options.Media, _clients.Random)
        );
        _driver.AddPublisher(publisher);
        await ExpectAsync(() => publisher.Client.ConnectedAt.IsSet, "The publisher");
        await Task.Delay(500);
        var memoryHalf = 0L;
        for (var index = 0; index < _options.Viewers; index++)
        {
            if (index == LoadReport.Half(_options.Viewers))
            {
                await Task.Delay(_options.Warmup);
                memoryHalf = _server.ResidentKilobytes();
            }

            await JoinAsync(index);
        }

        await Task.Delay(_options.Warmup);
        var before = await _driver.AskAsync(Begin);
        await Task.Delay(_options.Window);
        var after = await _driver.AskAsync(Snapshot);
        var report = Report(before, after) with
        {
            MemoryIdleKilobytes = memoryIdle,
            MemoryHalfKilobytes = memoryHalf,
            MemoryKilobytes = _server.ResidentKilobytes(),
        };
        await _signaling.LeaveAsync();
        return report;
    }

    private async Task JoinAsync(int index)
    {
        var viewer = new Viewer(_clock.Now);
        await _signaling.PlayAsync(client =>
        {
            viewer.Client = client;
            foreach (
                var (track, section) in client.Client.Played.Select((track, at) => (track, at))
            )
            {
                track.PacketLatency = section == AudioSection ? _latencies.Audio : _latencies.Video;
                track.FrameLatency = section == AudioSection ? null : _latencies.Frame;
            }

            _driver.Add(client);
        });
        viewer.PostEndedAt = _clock.Now;
        _viewers.Add(viewer);
        await ExpectAsync(() => viewer.FirstKeyFrameAt.IsSet, $"Viewer {index + 1}");
        if (!IsDecrypted(index))
        {
            _ = await _driver.AskAsync(() => viewer.Client!.Client.Feedback!.IsEnough = true);
        }
    }

    /// <summary>Whether this viewer decrypts to the end: as many as were asked for, evenly spread.</summary>
    private bool IsDecrypted(int index)
    {
        var wanted = Math.Min(_options.Decrypts, _options.Viewers);
        return (index + 1) * wanted / _options.Viewers > index * wanted / _options.Viewers;
    }

    private async Task ExpectAsync(Func<bool> condition, string who)
    {
        if (!await _driver.WaitAsync(condition, JoinLongest))
        {
            throw new TestingException(
                $"{who} got nothing in {JoinLongest.TotalSeconds:0} s: {Describe()}."
            );
        }
    }

    /// <summary>How far the last viewer came.</summary>
    private string Describe()
    {
        if (_viewers.Count == 0 || _viewers[^1].Client is not { } client)
        {
            return "no answer";
        }

        var transport = client.Client.Peer.Transport;
        var tracks = client.Client.Played.Select(track =>
            $"{track.Packets} packets, {track.Missing} missing, {track.CompleteFrames} frames, {track.CompleteKeyFrames} key frames"
        );
        return $"{transport.State}, ICE {transport.Ice.State}, {string.Join("; ", tracks)}";
    }

    private LoadSnapshot Begin()
    {
        _latencies.Reset();
        _driver.ResetTurns();
        return Snapshot();
    }

    private LoadSnapshot Snapshot()
    {
        var snapshot = new LoadSnapshot(_clock.Now, _server.Read(), MachineTime.Read());
        foreach (var viewer in _viewers)
        {
            snapshot.LongestDatagram = Math.Max(
                snapshot.LongestDatagram,
                viewer.Client!.LongestDatagram
            );
            foreach (var stream in viewer.Streams)
            {
                snapshot.Packets += stream.Packets;
                snapshot.Missing += stream.Missing;
                snapshot.Recovered += stream.Recovered;
            }
        }

        return snapshot;
    }

    private LoadReport Report(LoadSnapshot before, LoadSnapshot after)
    {
        var packets = after.Packets - before.Packets;
        var missing = after.Missing - before.Missing;
        var cpu = after.Cpu - before.Cpu;
        var seconds = (after.At - before.At).TotalSeconds;
        var perPacket = packets == 0 ? 0 : 1e6 / packets;
        return new LoadReport
        {
            Name = _options.Name,
            Viewers = _options.Viewers,
            Seconds = seconds,
            Packets = packets,
            PacketsPerSecond = packets / seconds,
            LongestDatagram = after.LongestDatagram,
            LossPercent = 100.0 * missing / Math.Max(1, packets + missing),
            Recovered = after.Recovered - before.Recovered,
            CpuMicroseconds = cpu.Total * perPacket,
            UserMicroseconds = cpu.User * perPacket,
            SystemMicroseconds = cpu.System * perPacket,
            CorePercent = 100 * cpu.Total / seconds,
            StolenPercent = (after.Machine - before.Machine).StolenPercent,
            Video = Quantiles.Of(_latencies.Video),
            FrameLast = Quantiles.Of(_latencies.Frame),
            Audio = Quantiles.Of(_latencies.Audio),
            Post = Quantiles.Of(_viewers.Select(viewer => viewer.Post)),
            FirstPacket = Quantiles.Of(_viewers.Select(viewer => viewer.FirstPacket)),
            FirstKeyFrame = Quantiles.Of(_viewers.Select(viewer => viewer.FirstKeyFrame)),
            LongestTurnMilliseconds = _driver.LongestTurn.TotalMilliseconds,
            BusyPercent = 100 * _driver.BusyTime.TotalSeconds / seconds,
            LatePercent = 100 * _driver.LateTime.TotalSeconds / seconds,
        };
    }
}
