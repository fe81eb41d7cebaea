using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Anycast.Steering;
using Control.Contract.Calls;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Steering;
using Edge.Wire.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Node.MeshLink;

/// <summary>Asks other nodes about their tracks, and answers them about this one's.</summary>
/// <remarks>Bounded: <see cref="AnswersMax"/> questions are answered at a time, of one app
/// <see cref="AnswersOfAppMax"/>; further ones are refused at once, and who asked may ask again. Threads: any.</remarks>
internal sealed partial class PeerDesk(
    NodeState node,
    MeshEngine engine,
    PopKeyRing keys,
    IPeerSource source,
    StreamDesk streams
) : IDisposable
{
    /// <summary>Chosen: a thousand pulls that wait for their first packet, and those of the second after.</summary>
    private const int AnswersMax = 2048;

    /// <summary>Chosen: a quarter, for few apps are that busy at once.</summary>
    private const int AnswersOfAppMax = AnswersMax / 4;

    /// <summary>Longest question: names, and an app.</summary>
    private const int QuestionBytesMax = 8 * 1024;

    /// <summary>What a question takes longer than the wait that it asks for.</summary>
    private static readonly TimeSpan WayTime = TimeSpan.FromSeconds(1);

    private readonly List<IDisposable> _subscriptions = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly AnswerPlaces _places = new(AnswersMax, AnswersOfAppMax);
    private readonly RecentRequests _recent = new();
    private readonly AnswerRule _rule = new(node);

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        _subscriptions.Add(Listen(engine.Self));
        if (node.Adoptions is { } adoptions)
        {
            _subscriptions.Add(adoptions.Follow(Listen));
        }
    }

    /// <summary>Finds a track of a session of another node, waiting for its first packet.</summary>
    public async ValueTask<CallsResult<CallsTrack>> FindTrackAsync(
        TrackQuestion question,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (!TryReadOwner(question.SessionId, out var owner))
        {
            // It has come here since who asks looked.
            return CallsErrors.Moved;
        }

        var token = TrackToken.Create(question.SessionId, question.TrackName);
        if (
            engine.TryFind(token, out var known)
            && known.Stream.Named is { } named
            && node.Clock.Now() - known.HeardAt <= MeshTimes.OwnerSilence
        )
        {
            Redirect(known, question.SessionId, owner);
            return IsSeen(question, named.Publisher) ? named : CallsErrors.NotFound;
        }

        var reply = await engine
            .BusTo(owner)
            .RequestAsync(
                MeshSubjects.Peer(owner),
                JsonSerializer.SerializeToUtf8Bytes(
                    new PeerQuestion(Version: 1) { Track = question },
                    PeerJsonContext.Default.PeerQuestion
                ),
                within + WayTime,
                cancellation
            );
        return reply.Status switch
        {
            BusReplyStatus.Answered => Take(question, token, owner, reply.Payload.Span),
            BusReplyStatus.NoResponders => CallsErrors.NotFound,
            BusReplyStatus.TimedOut or BusReplyStatus.Unavailable => CallsErrors.Unreachable,
            _ => CallsErrors.Unreachable,
        };
    }

    /// <summary>A track that nobody watched here may have gone from node to node meanwhile, and no frame has said so.</summary>
    private void Redirect(RemoteTrack known, string sessionId, NodeAddress name)
    {
        var holder = name;
        if (node.Adoptions?.TryFindHolder(sessionId, out var told) == true)
        {
            holder = told;
        }

        if (known.Stream.ShardsWithViewers == 0 && known.Key.Owner != holder)
        {
            engine.Post(new MeshCommand.HandOver(known, holder));
        }
    }

    /// <summary>Tracks that are watched here and whose nodes have ended are taken from whoever goes on with their sessions, as far as that is
    /// known.</summary>
    public void FollowSurvivors()
    {
        foreach (var track in engine.Remote)
        {
            if (
                track.Stream.Named is { } named
                && node.Adoptions!.TryFindHolder(named.Publisher.SessionId, out var holder)
                && holder != track.Key.Owner
                && !node.Adoptions.IsThere(track.Key.Owner)
            )
            {
                engine.Post(new MeshCommand.HandOver(track, holder));
            }
        }
    }

    /// <summary>Whether a session lives on another node: whoever took it over says so, or its id, and it is not here.</summary>
    public bool IsElsewhere(string sessionId) => TryReadOwner(sessionId, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        _stopping.Dispose();
    }

    /// <summary>The node by whose name others find a session that is not here. It may be that of this one: whoever took the
    /// session over hears it, too. What has just gone there is known here until its shard has let go of it. Ids of other PoPs
    /// cannot be checked here: their owner knows its sessions.</summary>
    private bool TryReadOwner(string sessionId, out NodeAddress owner)
    {
        var status = OwnerCode.TryReadSessionId(sessionId, keys, out var code);
        owner = new NodeAddress(code.Pop, code.Node);
        return status is OwnerCodeStatus.Ok or OwnerCodeStatus.UnknownKey
            && (
                node.Adoptions?.TryFindHolder(sessionId, out _) == true
                || (owner != engine.Self && !node.HasSession(sessionId))
            );
    }

    private Subscriptions Listen(NodeAddress name) =>
        Subscriptions.OnEach(
            engine.Buses,
            MeshSubjects.Peer(name),
            bus => message => HandleQuestion(bus, name, message)
        );

    private CallsResult<CallsTrack> Take(
        TrackQuestion question,
        in TrackToken token,
        NodeAddress owner,
        ReadOnlySpan<byte> json
    )
    {
        if (TryRead(json, PeerJsonContext.Default.TrackAnswer) is not { } answer)
        {
            return CallsErrors.Unreachable;
        }

        if (answer.Error is { } error)
        {
            return new CallsError(
                Enum.TryParse<CallsErrorCode>(error, out var code)
                    ? code
                    : CallsErrorCode.TrackNotFound,
                answer.Description ?? CallsErrors.NotFound.Description,
                CallsErrors.NotFound.RetryAfter
            );
        }

        return TryMake(question, token, owner, answer, out var track)
            ? track.Stream.Named!
            : CallsErrors.Unreachable;
    }

    private bool TryMake(
        TrackQuestion question,
        in TrackToken token,
        NodeAddress owner,
        TrackAnswer answer,
        [NotNullWhen(true)] out RemoteTrack? track
    )
    {
        track = null;
        var key = new DemandKey(owner, MeshSubjects.AppToken(question.AppId));
        if (TrackWording.ReadOffer(answer.Frame, token, key) is not { } offer)
        {
            return false;
        }

        var shards = node.Options.Shards;
        var publisher = new EventSubject(question.AppId, question.SessionId, answer.Group);
        var named = new CallsTrack(
            publisher,
            question.TrackName,
            mid: "",
            new TrackMedia(offer.Kind, offer.Format.Codec, offer.Format.IsEncrypted),
            shards,
            node.Clock.Life
        )
        {
            Content = TrackWording.ReadContent(answer.Content),
        };
        named.Stream.NoteBegun();
        track = engine.Add(offer.Take(named.Stream, shards));
        if (track.Key.Owner != offer.Key.Owner)
        {
            // It was known here, of where it was before.
            engine.Post(new MeshCommand.HandOver(track, offer.Key.Owner));
        }

        track.HeardAt = node.Clock.Now();
        return true;
    }

    private static byte[] Write(TrackAnswer answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, PeerJsonContext.Default.TrackAnswer);

    /// <summary>Whether who asks may see a track: of its app, and of its group if it has one.</summary>
    private static bool IsSeen(TrackQuestion question, EventSubject publisher) =>
        string.Equals(question.AppId, publisher.AppId, StringComparison.Ordinal)
        && (
            question.Group is null
            || string.Equals(question.Group, publisher.Group, StringComparison.Ordinal)
        );

    private static TrackAnswer Refuse(CallsError error) =>
        new() { Error = error.Code.ToString(), Description = error.Description };

    /// <summary>Reads what another process sent; null when it makes no sense.</summary>
    public static T? TryRead<T>(
        ReadOnlySpan<byte> json,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type
    )
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            // What others send is not believed to be well-formed.
            return null;
        }
    }

    [LoggerMessage(3310, LogLevel.Error, "A question of another node was not answered.")]
    private static partial void LogFault(ILogger logger, Exception error);
}
