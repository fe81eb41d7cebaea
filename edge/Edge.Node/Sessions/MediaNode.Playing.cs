using Control.Contract;
using Edge.Node.Shards;

namespace Edge.Node.Sessions;

/// <content>What players are sent, and who is told of it.</content>
public sealed partial class MediaNode
{
    /// <summary>Streams of events of one player. Chosen: a page, its reload, and whoever watches over it.</summary>
    private const int EventStreamsMax = 8;

    /// <inheritdoc/>
    public async ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    )
    {
        if (!TryFind(change.Session, out var session) || session.Role != SessionRole.Player)
        {
            return new PlayerChangeResult.NotFound();
        }

        var result = change.Events is { } events
            ? await ChangeEventsAsync(session, events, cancellation)
            : new PlayerChangeResult.Done();
        return result is PlayerChangeResult.Done && change.Layer is { } layer
            ? await SelectLayerAsync(session, layer, cancellation)
            : result;
    }

    private static async ValueTask<PlayerChangeResult> ChangeEventsAsync(
        Session session,
        PlayerEvents events,
        CancellationToken cancellation
    )
    {
        await session.Gate.WaitAsync(cancellation);
        try
        {
            var before = session.EventStreams;
            if (events.Kinds is not null)
            {
                if (before.Length >= EventStreamsMax)
                {
                    return new PlayerChangeResult.Refused(
                        $"The session has {EventStreamsMax} event streams already; delete one."
                    );
                }

                session.EventStreams = before.Add(events);
                return new PlayerChangeResult.Done();
            }

            session.EventStreams = before.RemoveAll(each =>
                string.Equals(each.Id, events.Id, StringComparison.Ordinal)
            );
            return session.EventStreams.Length < before.Length
                ? new PlayerChangeResult.Done()
                : new PlayerChangeResult.NotFound();
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private async ValueTask<PlayerChangeResult> SelectLayerAsync(
        Session session,
        LayerChoice choice,
        CancellationToken cancellation
    )
    {
        var done = NewCompletion<PlayerChangeResult>();
        return _state
            .Shards[session.OwnerShard]
            .TryPost(new ShardCommand.SelectLayer(session, choice, done))
            ? await done.Task.WaitAsync(cancellation)
            : new PlayerChangeResult.NotFound();
    }
}
