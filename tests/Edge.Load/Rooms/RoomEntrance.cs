using System.Collections.Concurrent;
using Edge.Load.Signaling;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Load.Rooms;

/// <summary>Lets people into the room: each publishes, pulls whom she finds of those she wants, and is pulled by
/// those who wanted her.</summary>
internal sealed class RoomEntrance(
    RoomsOptions options,
    LoadClients clients,
    CallsApi api,
    RoomLatencies good,
    RoomLatencies bad
)
{
    private const string Microphone = "mic";
    private const string Camera = "cam";

    /// <summary>How long what was pulled may take to come. Chosen: what a person waits.</summary>
    private static readonly TimeSpan FirstPacketsLongest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new(); // The factory, the random numbers, who is present and wants whom.
    private readonly List<RoomMember> _present = [];
    private readonly ConcurrentQueue<string> _problems = new();

    /// <summary>What failed; a room in which something did is still measured.</summary>
    public IReadOnlyList<string> Problems => [.. _problems];

    /// <summary>Lets all in, one after the other at the rate of the options, and waits until all that was pulled
    /// comes.</summary>
    public async Task<IReadOnlyList<RoomMember>> FillAsync()
    {
        var begin = clients.Clock.Now;
        var joins = new List<Task<RoomMember>>();
        for (var index = 0; index < options.People; index++)
        {
            var due = begin + TimeSpan.FromSeconds(index / options.JoinsPerSecond);
            var wait = due - clients.Clock.Now;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            joins.Add(JoinAsync(index));
        }

        var members = await Task.WhenAll(joins);
        _ = await clients.Driver.WaitAsync(
            () => members.All(member => member.Pulls.All(pull => pull.Track.FirstAt.IsSet)),
            FirstPacketsLongest
        );
        return members;
    }

    private async Task<RoomMember> JoinAsync(int index)
    {
        var isBad = RoomStreams.IsOneOf(options.Bad, index, options.People);
        var member = new RoomMember(index, isBad, clients.Clock.Now);
        try
        {
            await PublishAsync(member);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            _problems.Enqueue($"Person {index + 1} cannot join: {exception.Message}");
            return member;
        }

        await Task.WhenAll(Enter(member).Select(PullAsync));
        return member;
    }

    private async Task PublishAsync(RoomMember member)
    {
        member.SessionId = await api.NewSessionAsync();
        var session = Make(clients.Factory.CreateSession);
        member.Session = session;
        var (offer, audio, video) = session.Offer();
        var answer = await api.PublishAsync(
            member.SessionId,
            offer,
            [(audio, Microphone), (video, Camera)]
        );
        var media = Make(() =>
            session.Connect(
                answer,
                clients.Clock.Now,
                RoomStreams.Microphone(options, member.Index, clients.Random),
                RoomStreams.Camera(options, clients.Random)
            )
        );
        var client = new SocketClient(media, member.SessionId, SocketClient.Open(options.Bind));
        if (member.IsBad)
        {
            var random = Make(clients.Random.Fork);
            client.LosesMedia = () => random.NextDouble() * 100 < options.BadLossPercent;
            client.Path = new LimitedPath(options.BadRate);
        }

        member.Client = client;
        clients.Driver.Add(client);
    }

    /// <summary>From now on others find her.</summary>
    /// <returns>Those who have to ask for something now, and do not yet.</returns>
    private RoomMember[] Enter(RoomMember member)
    {
        lock (_lock)
        {
            foreach (var other in _present)
            {
                if (RoomStreams.Pulls(options, member.Index, other.Index))
                {
                    Want(member, other, isOfJoin: true);
                }

                if (RoomStreams.Pulls(options, other.Index, member.Index))
                {
                    Want(other, member, isOfJoin: false);
                }
            }

            _present.Add(member);
            return [.. _present.Where(each => each.BeginsToAsk())];
        }
    }

    private void Want(RoomMember viewer, RoomMember publisher, bool isOfJoin)
    {
        var now = clients.Clock.Now;
        viewer.Wanted.Enqueue(new(publisher, IsVideo: false, isOfJoin, now));
        viewer.Wanted.Enqueue(new(publisher, IsVideo: true, isOfJoin, now));
    }

    /// <summary>Asks for what is wanted, one call after the other: who joins meanwhile goes into the next.</summary>
    private async Task PullAsync(RoomMember viewer)
    {
        while (Take(viewer) is { Length: > 0 } call)
        {
            try
            {
                await PullAsync(viewer, call);
            }
            catch (Exception exception) when (IsFailure(exception))
            {
                _problems.Enqueue($"Person {viewer.Index + 1} pulls in vain: {exception.Message}");
            }
        }
    }

    private WantedTrack[] Take(RoomMember viewer)
    {
        lock (_lock)
        {
            return viewer.TakeWanted(options.TracksPerCall);
        }
    }

    private async Task PullAsync(RoomMember viewer, WantedTrack[] call)
    {
        var (offer, items) = await api.PullAsync(
            viewer.SessionId,
            call.Select(track => (track.Publisher.SessionId, track.IsVideo ? Camera : Microphone))
        );
        foreach (var item in items.Where(item => item.Error is not null))
        {
            _problems.Enqueue($"Person {viewer.Index + 1} pulls in vain: {item.Error}");
        }

        if (offer is null)
        {
            return;
        }

        var answer = viewer.Session!.Answer(offer);
        _ = await clients.Driver.AskAsync(() =>
        {
            var received = Receive(viewer, answer);
            foreach (var (wanted, item) in call.Zip(items))
            {
                if (item.Mid is { } mid && received.TryGetValue(mid, out var played))
                {
                    var latencies = viewer.IsBad ? bad : good;
                    played.PacketLatency = wanted.IsVideo ? latencies.Video : latencies.Audio;
                    viewer.Add(new RoomPull(wanted, played));
                }
            }

            return true;
        });
        await api.RenegotiateAsync(viewer.SessionId, answer.Sdp);
        if (call.Any(wanted => wanted.IsOfJoin))
        {
            viewer.AskedAt = clients.Clock.Now;
        }
    }

    /// <summary>Before the server has the answer: what it sends then is taken.</summary>
    private Dictionary<string, PlayedTrack> Receive(RoomMember viewer, SessionAnswer answer)
    {
        var now = clients.Clock.Now;
        var client = viewer.Client!.Client;
        if (answer.Channels is { } channels)
        {
            client.Attach(channels, now);
        }

        return answer.Received.ToDictionary(
            media => media.Mid.ToString(),
            media => client.AddPlayed(media, now),
            StringComparer.Ordinal
        );
    }

    private static bool IsFailure(Exception exception) =>
        exception is TestingException or HttpRequestException or TaskCanceledException;

    private T Make<T>(Func<T> make)
    {
        lock (_lock)
        {
            return make();
        }
    }
}
