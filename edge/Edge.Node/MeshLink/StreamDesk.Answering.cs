using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Control.Contract;
using Edge.Bus;
using Edge.Node.Sessions;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Answering for streams that this node publishes.</content>
internal sealed partial class StreamDesk
{
    private Func<IBus, BusHandler> HandleQuestion(StreamKey key) =>
        bus =>
            message =>
            {
                if (message.ReplyTo is { } replyTo)
                {
                    _ = AnswerAsync(bus, replyTo, key);
                }
            };

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task AnswerAsync(IBus bus, string replyTo, StreamKey key)
    {
        try
        {
            _ = bus.TryPublish(replyTo, await DescribeAsync(key));
        }
        catch (Exception error)
        {
            LogFault(node.Logger, error);
        }
    }

    /// <summary>What this node says of a stream that it publishes.</summary>
    public async ValueTask<byte[]> DescribeAsync(StreamKey key)
    {
        var own = OwnClaim(key);
        var tracks = new List<StreamAnswer.Track>();
        foreach (var source in own is null ? [] : node.Streams.Playable(key))
        {
            if (source.Origin is not Session session)
            {
                continue;
            }

            // Of the first publisher: the track outlives it, and so does its name among nodes.
            var token =
                source.Track.Exported?.Token ?? TrackToken.Create(session.Id, $"{source.Section}");
            if (await engine.ExportAsync(source.Track, token, key.AppId) is { } frame)
            {
                tracks.Add(new StreamAnswer.Track(token.ToString(), frame));
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new StreamAnswer(own?.Generation ?? 0, engine.Self.Pop, engine.Self.Node, [.. tracks]),
            PeerJsonContext.Default.StreamAnswer
        );
    }
}
