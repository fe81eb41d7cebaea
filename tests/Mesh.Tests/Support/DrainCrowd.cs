using Edge.Processes;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>Many sessions of every kind: streams with their viewers by WHIP and WHEP, and people in a ring of whom each
/// pulls what the next one publishes.</summary>
internal sealed class DrainCrowd : IDisposable
{
    /// <summary>How many join at once. Chosen: a few seconds for all, and no limit of the API is met.</summary>
    private const int JoiningMax = 8;

    /// <summary>Little, for they are many: what counts is that it comes. Sound has fifty packets a second.</summary>
    private static readonly SyntheticVideoOptions Video = new()
    {
        FramesPerSecond = 20,
        PacketsPerFrame = 1,
        PayloadBytes = 300,
    };

    private readonly Stage _stage;
    private readonly StreamClient _streams;
    private readonly CallsClient _calls;
    private readonly List<SocketClient> _viewers = [];
    private readonly List<SocketClient> _publishers = [];
    private readonly List<CallsPerson> _people = [];

    private DrainCrowd(Stage stage, StreamClient streams, CallsClient calls)
    {
        _stage = stage;
        _streams = streams;
        _calls = calls;
    }

    /// <summary>Those who only publish.</summary>
    public IReadOnlyList<SocketClient> Publishers => _publishers;

    /// <summary>Those who are sent something.</summary>
    public IReadOnlyList<SocketClient> Viewers => _viewers;

    /// <summary>Everybody.</summary>
    public IReadOnlyList<SocketClient> All => [.. _publishers, .. _viewers];

    /// <summary>Lets all in and waits until everybody is sent what she asked for.</summary>
    /// <param name="stage">Where they run.</param>
    /// <param name="control">Whom they ask.</param>
    /// <param name="streams">Streams by WHIP.</param>
    /// <param name="viewersOfEach">Viewers of each by WHEP.</param>
    /// <param name="people">Sessions of the session and track API.</param>
    /// <param name="isOverTcp">Whether streams are published and played over TCP.</param>
    public static Task<DrainCrowd> JoinAsync(
        Stage stage,
        ControlProcess control,
        int streams,
        int viewersOfEach,
        int people,
        bool isOverTcp = false
    ) =>
        JoinAsync(
            stage,
            new StreamClient(stage, control) { IsOverTcp = isOverTcp },
            new CallsClient(stage, control),
            streams,
            viewersOfEach,
            people
        );

    /// <summary>The same by these clients, which are the crowd's from then on.</summary>
    public static async Task<DrainCrowd> JoinAsync(
        Stage stage,
        StreamClient byStreams,
        CallsClient byCalls,
        int streams,
        int viewersOfEach,
        int people
    )
    {
        var crowd = new DrainCrowd(stage, byStreams, byCalls);
        try
        {
            await crowd.JoinStreamsAsync(streams, viewersOfEach);
            await crowd.JoinRingAsync(people);
            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    /// <summary>Asks control for every session of it; how many it knows nothing of.</summary>
    public async Task<int> CountUnknownAsync()
    {
        var unknown = 0;
        foreach (var client in _publishers.Concat(_viewers.Take(_viewers.Count - _people.Count)))
        {
            unknown +=
                await _streams.ReadAsync(client.SessionId) == System.Net.HttpStatusCode.OK ? 0 : 1;
        }

        foreach (var person in _people)
        {
            unknown += await _calls.ReadAsync(person) == System.Net.HttpStatusCode.OK ? 0 : 1;
        }

        return unknown;
    }

    public void Dispose()
    {
        _streams.Dispose();
        _calls.Dispose();
    }

    private async Task JoinStreamsAsync(int streams, int viewersOfEach)
    {
        var publishing = new List<Func<Task>>();
        var playing = new List<Func<Task>>();
        for (var stream = 0; stream < streams; stream++)
        {
            var name = $"stream{stream}";
            publishing.Add(async () => Add(_publishers, await _streams.PublishAsync(name, Video)));
            for (var viewer = 0; viewer < viewersOfEach; viewer++)
            {
                playing.Add(async () => Add(_viewers, await _streams.PlayAsync(name)));
            }
        }

        await RunAsync(publishing);
        await RunAsync(playing);
    }

    private async Task JoinRingAsync(int count)
    {
        var publishing = new List<Func<Task>>();
        for (var person = 0; person < count; person++)
        {
            publishing.Add(async () => Add(_people, await _calls.PublishAsync(Video)));
        }

        await RunAsync(publishing);
        var pulling = new List<Func<Task>>();
        for (var person = 0; person < count; person++)
        {
            var (viewer, publisher) = (_people[person], _people[(person + 1) % count]);
            pulling.Add(() => _calls.PullAsync(viewer, publisher));
        }

        await RunAsync(pulling);
        _viewers.AddRange(_people.Select(person => person.Client));
    }

    private static void Add<T>(List<T> list, T item)
    {
        lock (list)
        {
            list.Add(item);
        }
    }

    private static Task RunAsync(IEnumerable<Func<Task>> joins) =>
        Parallel.ForEachAsync(
            joins,
            new ParallelOptions { MaxDegreeOfParallelism = JoiningMax },
            async (join, _) => await join()
        );
}
