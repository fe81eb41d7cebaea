using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Control.Contract;
using Edge.Bus;
using Edge.Mesh;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls;
using Edge.Node.Steering;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Answering questions of other nodes: to this one, or to one whose sessions are here.</content>
internal sealed partial class PeerDesk
{
    /// <summary>A question. Threads: the bus's.</summary>
    private void HandleQuestion(IBus bus, NodeAddress name, BusMessage message)
    {
        if (
            message.ReplyTo is not { } replyTo
            || message.Payload.Length > QuestionBytesMax
            || TryRead(message.Payload, PeerJsonContext.Default.PeerQuestion) is not { } question
        )
        {
            return;
        }

        var asked = new Asked(bus, name, replyTo, question, AppOf(question))
        {
            // Whole, for a newer version may have added to it.
            Message = node.Adoptions is null ? default : message.Payload.ToArray(),
        };
        if (_places.TryTake(asked.App))
        {
            _ = AnswerAsync(asked);
        }
        else if (name == engine.Self)
        {
            _ = bus.TryPublish(replyTo, Write(Refuse(CallsErrors.Unreachable)));
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and who asked hears of it."
    )]
    private async Task AnswerAsync(Asked asked)
    {
        byte[]? answer;
        try
        {
            answer = asked.Question switch
            {
                { Stream: { } stream } => await AnswerAsync(asked, stream),
                { Track: { } track } => await AnswerAsync(asked, track),
                { Channel: { } channel } => await AnswerAsync(asked, channel),
                { Reply: { } reply } => await AnswerAsync(asked, reply),
                _ => Write(Refuse(CallsErrors.Unreachable)),
            };
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
            _places.Give(asked.App);
        }

        if (answer is not null)
        {
            _ = asked.Bus.TryPublish(asked.ReplyTo, answer);
        }
    }

    /// <summary>The app that a question is of; none of a question about replies, which waits for nothing.</summary>
    private static string AppOf(PeerQuestion question) =>
        question.Stream?.AppId ?? question.Track?.AppId ?? question.Channel?.AppId ?? "";

    /// <summary>Answers for a stream that this node publishes; for any other one only to its own name, and not while others may
    /// have what was its own.</summary>
    private async ValueTask<byte[]?> AnswerAsync(Asked asked, StreamQuestion question)
    {
        var key = new StreamKey(question.AppId, question.Name);
        return streams.OwnClaim(key) is not null || SaysNo(asked.Name)
            ? await streams.DescribeAsync(key)
            : null;
    }

    private async ValueTask<byte[]?> AnswerAsync(Asked asked, TrackQuestion question)
    {
        if (!await IsHereAsync(asked, question.SessionId))
        {
            return null;
        }

        var answer = await AnswerAsync(question);
        // It may have moved while it was waited for.
        return answer.Error is null || await IsStillHereAsync(asked, question.SessionId)
            ? Write(answer)
            : null;
    }

    private async ValueTask<byte[]?> AnswerAsync(Asked asked, ChannelQuestion question)
    {
        if (!await IsHereAsync(asked, question.SessionId))
        {
            return null;
        }

        var answer = await AnswerAsync(question);
        return answer.Error is null || await IsStillHereAsync(asked, question.SessionId)
            ? JsonSerializer.SerializeToUtf8Bytes(answer, PeerJsonContext.Default.ChannelAnswer)
            : null;
    }

    /// <summary>Answers about the right to reply in a channel, which says not whose it is: to another name only that it is
    /// granted here.</summary>
    private async ValueTask<byte[]?> AnswerAsync(Asked asked, ReplyQuestion question)
    {
        var answer = await AnswerAsync(question);
        return answer.Grant != 0 || SaysNo(asked.Name)
            ? JsonSerializer.SerializeToUtf8Bytes(answer, PeerJsonContext.Default.ReplyAnswer)
            : null;
    }

    /// <summary>Whether it is this node that says that something is not there which no session id names.</summary>
    private bool SaysNo(NodeAddress name) =>
        node.Adoptions is not { } adoptions
        || (name == engine.Self ? !adoptions.IsQuiet : adoptions.SpeaksFor(name));

    /// <summary>Whether it is this node that answers about a session. If not, who does has heard the question now.</summary>
    private async ValueTask<bool> IsHereAsync(Asked asked, string sessionId)
    {
        var verdict = await _rule.FindAsync(asked.Name, sessionId, _stopping.Token);
        // One that was passed on comes by the name that was asked, too.
        return verdict != AnswerVerdict.Silent
            && _recent.TryAdd(asked.ReplyTo)
            && Pass(asked, verdict);
    }

    private async ValueTask<bool> IsStillHereAsync(Asked asked, string sessionId) =>
        Pass(asked, await _rule.FindAgainAsync(sessionId, _stopping.Token));

    /// <summary>Passes a question on to who answers it; true where that is this node.</summary>
    private static bool Pass(Asked asked, AnswerVerdict verdict)
    {
        if (verdict.PassTo is { } holder)
        {
            // One that is lost is asked again, as any other.
            _ = asked.Bus.TryPublish(MeshSubjects.Peer(holder), asked.Message.Span, asked.ReplyTo);
        }

        return verdict.IsHere;
    }

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

    /// <summary>A question and where its answer goes.</summary>
    /// <param name="Bus">Where it came from.</param>
    /// <param name="Name">The node that it was sent to.</param>
    /// <param name="ReplyTo">The subject of the answer.</param>
    /// <param name="Question">The question.</param>
    /// <param name="App">The app that it is of.</param>
    private sealed record Asked(
        IBus Bus,
        NodeAddress Name,
        string ReplyTo,
        PeerQuestion Question,
        string App
    )
    {
        /// <summary>The question as it came, where it may be passed on.</summary>
        public ReadOnlyMemory<byte> Message { get; init; }
    }
}
