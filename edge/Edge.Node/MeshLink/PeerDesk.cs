using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
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

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        foreach (var bus in engine.Buses)
        {
            var subject = MeshSubjects.Peer(engine.Self);
            _subscriptions.Add(bus.Subscribe(subject, message => HandleQuestion(bus, message)));
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
            return CallsErrors.NotFound;
        }

        var token = TrackToken.Create(question.SessionId, question.TrackName);
        if (
            engine.TryFind(token, out var known)
            && known.Stream.Named is { } named
            && node.Clock.Now() - known.HeardAt <= MeshTimes.OwnerSilence
        )
        {
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

    /// <summary>Whether a session lives on another node, as far as its id says.</summary>
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

    /// <summary>The node of a session that is not this one. Ids of other PoPs cannot be checked here: their
    /// owner knows its sessions.</summary>
    private bool TryReadOwner(string sessionId, out NodeAddress owner)
    {
        var status = OwnerCode.TryReadSessionId(sessionId, keys, out var code);
        owner = new NodeAddress(code.Pop, code.Node);
        return status is OwnerCodeStatus.Ok or OwnerCodeStatus.UnknownKey && owner != engine.Self;
    }

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
        track.HeardAt = node.Clock.Now();
        return true;
    }

    /// <summary>A question. Threads: the bus's.</summary>
    private void HandleQuestion(IBus bus, BusMessage message)
    {
        if (message.ReplyTo is not { } replyTo || message.Payload.Length > QuestionBytesMax)
        {
            return;
        }

        if (TryRead(message.Payload, PeerJsonContext.Default.PeerQuestion) is not { } question)
        {
            return;
        }

        var app = AppOf(question);
        if (_places.TryTake(app))
        {
            _ = AnswerAsync(bus, replyTo, question, app);
        }
        else
        {
            _ = bus.TryPublish(replyTo, Write(Refuse(CallsErrors.Unreachable)));
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and who asked hears of it."
    )]
    private async Task AnswerAsync(IBus bus, string replyTo, PeerQuestion question, string app)
    {
        byte[] answer;
        try
        {
            answer =
                question.Stream is { } stream
                    ? await streams.DescribeAsync(new StreamKey(stream.AppId, stream.Name))
                : question.Track is { } track ? Write(await AnswerAsync(track))
                : question.Channel is { } channel
                    ? JsonSerializer.SerializeToUtf8Bytes(
                        await AnswerAsync(channel),
                        PeerJsonContext.Default.ChannelAnswer
                    )
                : question.Reply is { } reply
                    ? JsonSerializer.SerializeToUtf8Bytes(
                        await AnswerAsync(reply),
                        PeerJsonContext.Default.ReplyAnswer
                    )
                : Write(Refuse(CallsErrors.Unreachable));
        }
        catch (OperationCanceledException)
        {
            answer = Write(Refuse(CallsErrors.Unreachable));
        }
        catch (Exception error)
        {
            LogFault(node.Logger, error);
            answer = Write(Refuse(CallsErrors.Unreachable));
        }
        finally
        {
            _places.Give(app);
        }

        _ = bus.TryPublish(replyTo, answer);
    }

    /// <summary>The app that a question is of; none of a question about replies, which waits for nothing.</summary>
    private static string AppOf(PeerQuestion question) =>
        question.Stream?.AppId ?? question.Track?.AppId ?? question.Channel?.AppId ?? "";

    private static byte[] Write(TrackAnswer answer) =>
        JsonSerializer.SerializeToUtf8Bytes(answer, PeerJsonContext.Default.TrackAnswer);

    private async ValueTask<TrackAnswer> AnswerAsync(TrackQuestion question)
    {
        var found = await source.FindTrackAsync(question, _stopping.Token);
        if (!found.IsDone)
        {
            return Refuse(found.Error);
        }

        var track = found.Value;
        if (track.IsEncrypted && !question.TakesEncrypted)
        {
            return Refuse(CallsErrors.NotForOldNodes);
        }

        var token = TrackToken.Create(track.Publisher.SessionId, track.Name);
        var frame = await engine.ExportAsync(track.Stream, token, question.AppId);
        return frame is null
            ? Refuse(CallsErrors.NotFound)
            : new TrackAnswer
            {
                Frame = frame,
                Content = TrackWording.Describe(track.Content),
                Group = track.Publisher.Group,
            };
    }

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
