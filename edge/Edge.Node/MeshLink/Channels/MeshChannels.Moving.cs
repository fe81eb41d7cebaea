using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <content>Channels whose publisher goes on at another node: other nodes notice nothing.</content>
internal sealed partial class MeshChannels
{
    /// <summary>Says nothing of a channel any more, for another node goes on with it; null when no other node knows it.
    /// Nothing of it is on its way, and no other node may begin to watch it here. Threads: any.</summary>
    public async ValueTask<ChannelMemory?> ReleaseAsync(PublishedChannel channel)
    {
        var done = new TaskCompletionSource<ChannelMemory?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _engine.Post(new ChannelCommand.ReleaseChannel(channel, done));
        return await done.Task;
    }

    /// <summary>Goes on with a channel that another node, or this one, has released. Before its publisher's messages come.
    /// Threads: any.</summary>
    /// <param name="channel">The channel, as it is here.</param>
    /// <param name="token">Its name among nodes.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="memory">As what others know it.</param>
    public async ValueTask ResumeAsync(
        PublishedChannel channel,
        TrackToken token,
        string app,
        ChannelMemory memory
    )
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.Post(new ChannelCommand.ResumeChannel(channel, token, app, memory, done));
        await done.Task;
    }

    /// <summary>Finds a channel of another node that is read here. Threads: any.</summary>
    public bool TryFindRemote(
        in TrackToken token,
        [NotNullWhen(true)] out RemoteChannel? channel
    ) => _remote.TryGetValue(token, out channel);

    private ChannelMemory? Release(PublishedChannel channel)
    {
        channel.IsReleased = true;
        if (
            channel.Exported is not { } exported
            || !_exported.TryGetValue(exported.Outbox.Token, out var known)
            || !ReferenceEquals(known, exported)
        )
        {
            return null;
        }

        var outbox = exported.Outbox;
        var memory = new ChannelMemory(outbox.Generation, outbox.Acks.Last, exported.HasMissed)
        {
            Watchers = [.. _origins.Watchers(outbox.Token)],
            Replier = exported.Replier is { } replier
                ? new ReplierMemory(
                    replier.Watcher,
                    replier.Number,
                    replier.Grant,
                    replier.Replies.Last
                )
                : null,
        };
        channel.Exported = null;
        _exported.Remove(outbox.Token);
        _ = _ackDue.Remove(exported);
        foreach (var watcher in _origins.Remove(outbox.Token))
        {
            _ = outbox.Acks.TryLeave(watcher);
        }

        outbox.Close();
        outbox.ReleaseAll();
        exported.Pause();
        exported.Replier?.Replies.Clear();
        return memory;
    }

    private void Resume(ChannelCommand.ResumeChannel resume, Instant now)
    {
        var (channel, token, app, memory, _) = resume;
        if (_exported.TryGetValue(token, out var former))
        {
            // One of the same name that was published here: it has ended, and that is on its way.
            Withdraw(former, now);
        }

        var exported = new ExportedChannel(token, app, channel, memory.Generation, memory.Last);
        _exported.Add(token, exported);
        _origins.Add(token, app);
        channel.Exported = exported;
        channel.IsReleased = false;
        foreach (var watcher in memory.Watchers)
        {
            var node = AddressOf(watcher);
            if (node != _engine.Self && _origins.TryRegister(token, node, watcher.Life, now))
            {
                _ = exported.Begin();
                _ = exported.Outbox.Acks.TryJoin(node, now);
            }
        }

        if (memory.HasMissed && exported.Outbox.Acks.IsEmpty)
        {
            exported.NoteMissed();
        }

        LetReplyAgain(exported, memory.Replier);
    }

    /// <summary>Who may reply goes on, unless it is a reader of this node, which asks its channel itself now.</summary>
    private void LetReplyAgain(ExportedChannel exported, ReplierMemory? memory)
    {
        if (memory is null || AddressOf(memory.Watcher) == _engine.Self)
        {
            return;
        }

        var replier = new RemoteReplier(
            memory.Watcher,
            memory.Number,
            memory.Grant,
            memory.Last + 1
        );
        if (exported.Channel.TryLetReply(replier))
        {
            exported.Replier = replier;
        }
    }
}
