using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Tests.EndToEnd;
using Edge.Node.Tests.Serving;
using Edge.Wire.Mesh;
using Xunit;

namespace Edge.Node.Tests.MeshLink;

/// <summary>Whoever waits for the mesh's thread hears of it when what it asked fails.</summary>
public sealed class MeshCommandTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Nulls are an error of ours, as any that a command may run into.</summary>
    [Fact]
    public async Task Post_CommandFails_WhoWaitsIsToldAndTheMeshGoesOn()
    {
        await using var pop = new PopHarness(1, hasMesh: true);
        var engine = pop.First.Node.Engine!;
        var release = NewCompletion<ExportMemory>();
        var resume = NewCompletion();
        var prepare = NewCompletion();
        var join = NewCompletion<ChannelPlace?>();
        var releaseChannel = NewCompletion<ChannelMemory?>();
        var resumeChannel = NewCompletion();
        var close = NewCompletion();
        Task[] waiting =
        [
            release.Task,
            resume.Task,
            prepare.Task,
            join.Task,
            releaseChannel.Task,
            resumeChannel.Task,
            close.Task,
        ];

        engine.Post(new MeshCommand.Release(null!, default, Follower: null, release));
        engine.Post(new MeshCommand.Resume(null!, null!, resume));
        engine.Post(new MeshCommand.Prepare(null!, prepare));
        engine.Post(new ChannelCommand.Join(null!, default, "", default, 0, join));
        engine.Post(new ChannelCommand.ReleaseChannel(null!, releaseChannel));
        engine.Post(new ChannelCommand.ResumeChannel(null!, default, "", null!, resumeChannel));
        engine.Post(new ChannelCommand.CloseReplies(null!, close));

        foreach (var each in waiting)
        {
            _ = await Assert.ThrowsAsync<NullReferenceException>(() => each.WaitAsync(Within));
        }

        await engine.Channels.RevokeAsync(default, engine.Watcher, 0).AsTask().WaitAsync(Within);
        await Waiting.UntilAsync(() => engine.Stats.Faults == waiting.Length);
    }

    /// <summary>A hand-over that is under way when the node ends does not wait for ever.</summary>
    [Fact]
    public async Task Post_MeshHasEnded_WhoWaitsIsTold()
    {
        await using var pop = new PopHarness(1, hasMesh: true);
        var engine = pop.First.Node.Engine!;
        Assert.True(engine.Stop(Within));

        var granted = engine.Channels.GrantAsync(default(TrackToken), 0, engine.Watcher, 0);

        _ = await Assert.ThrowsAsync<OperationCanceledException>(() =>
            granted.AsTask().WaitAsync(Within)
        );
    }

    private static TaskCompletionSource NewCompletion() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<T> NewCompletion<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
