using System.Text.Json;
using Edge.Processes;
using Edge.Testing;

namespace Interop.Tests.Support;

/// <summary>A peer that no one here wrote, run by a script beside these tests.</summary>
internal sealed class StackPeer : IAsyncDisposable
{
    /// <summary>The role of a publisher.</summary>
    public const string Publish = "publish";

    /// <summary>The role of a viewer.</summary>
    public const string Play = "play";

    private const string Node = "node";
    private const string NodeFolder = "tests/Interop.Tests/node";
    private const string InstallNode = "apt-get install -y nodejs npm";
    private const string InstallPackages = $"npm ci --prefix {NodeFolder}";
    private const string InstallGStreamer =
        "apt-get install -y --no-install-recommends python3-gi gir1.2-gst-plugins-bad-1.0 "
        + "gstreamer1.0-tools gstreamer1.0-nice gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
        + "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav";

    // Debian's, which sees Debian's bindings whatever else is first in PATH.
    private const string Python = "/usr/bin/python3";
    private const string Launch = "/usr/bin/gst-launch-1.0";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ChildProcess _process;
    private readonly ChildProcess? _feed;

    private StackPeer(string name, ChildProcess process, ChildProcess? feed)
    {
        Name = name;
        _process = process;
        _feed = feed;
    }

    public string Name { get; }

    /// <summary>Starts a publisher or a viewer.</summary>
    /// <param name="stack">werift, wrtc or gstreamer.</param>
    /// <param name="role">publish or play.</param>
    /// <param name="endpoint">Where the offer is posted.</param>
    /// <param name="codec">VP8 or H264.</param>
    public static StackPeer Start(string stack, string role, Uri endpoint, string codec)
    {
        string[] end = [role, endpoint.ToString(), ControlProcess.Secret];
        var name = $"{stack}, {role}, {codec}";
        switch (stack)
        {
            case "gstreamer":
                _ = Programs.Require(Launch, InstallGStreamer);
                var script = RepositoryRoot.Combine("tests/Interop.Tests/gstreamer/webrtcbin.py");
                string[] python = [Programs.Require(Python, InstallGStreamer), script];
                return new StackPeer(name, ChildProcess.Start([.. python, .. end, codec]), null);
            case "werift" when string.Equals(role, Publish, StringComparison.Ordinal):
                var (video, audio) = (FreePorts.Udp(), FreePorts.Udp());
                var process = ChildProcess.Start([
                    .. Script(stack),
                    .. end,
                    $"{video}",
                    $"{audio}",
                ]);
                return new StackPeer(name, process, StartFeed(video, audio));
            default:
                return new StackPeer(name, ChildProcess.Start([.. Script(stack), .. end]), null);
        }
    }

    /// <summary>Starts one of the node scripts with arguments of its own.</summary>
    public static StackPeer StartScript(string script, params string[] arguments) =>
        new(script, ChildProcess.Start([.. Script(script), .. arguments]), feed: null);

    /// <summary>Waits until the counters are enough.</summary>
    public async Task<StackCounters> UntilAsync(
        string expectation,
        Func<StackCounters, bool> isEnough
    )
    {
        var seen = await Patience.UntilAsync(
            $"{Name}: {expectation}",
            () => Task.FromResult(Read()),
            counters => _process.HasEnded || (counters is not null && isEnough(counters))
        );
        return !_process.HasEnded && seen is not null
            ? seen
            : throw new TestingException($"{Name} ended: {_process.Output}");
    }

    /// <summary>Ends the session by DELETE; fails when the server or the stack has something against it.</summary>
    public async Task EndAsync() =>
        Assert.True(await _process.EndInputAsync() == 0, $"{Name}: {_process.Output}");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_feed is not null)
        {
            await _feed.DisposeAsync();
        }
    }

    private StackCounters? Read() =>
        _process.LastLine.StartsWith('{')
            ? JsonSerializer.Deserialize<StackCounters>(_process.LastLine, Json)
            : null;

    private static string[] Script(string stack)
    {
        var modules = RepositoryRoot.Combine($"{NodeFolder}/node_modules/.package-lock.json");
        _ = Programs.Require(modules, InstallPackages);
        return
        [
            Programs.Require(Node, InstallNode),
            RepositoryRoot.Combine($"{NodeFolder}/{stack}.mjs"),
        ];
    }

    /// <summary>Real VP8 and Opus as RTP to two ports: werift encodes nothing itself.</summary>
    private static ChildProcess StartFeed(int video, int audio) =>
        ChildProcess.Start([
            Programs.Require(Launch, InstallGStreamer),
            "-q",
            .. (
                "videotestsrc is-live=true pattern=ball ! "
                + "video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! "
                + "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=15 target-bitrate=400000 ! "
                + $"rtpvp8pay picture-id-mode=15-bit pt=96 ! udpsink host=127.0.0.1 port={video} sync=false "
                + "audiotestsrc is-live=true freq=500 ! audio/x-raw,rate=48000,channels=2 ! opusenc ! "
                + $"rtpopuspay pt=97 ! udpsink host=127.0.0.1 port={audio} sync=false"
            ).Split(' '),
        ]);
}
