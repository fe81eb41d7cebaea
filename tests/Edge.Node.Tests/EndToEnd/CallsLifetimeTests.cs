using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>How long sessions and tracks of the session and track API last.</summary>
public sealed class CallsLifetimeTests
{
    /// <summary>Neither a session without a description nor one whose client never comes is kept.</summary>
    [Fact]
    public async Task Session_NeverConnects_EndsAfterItsTime()
    {
        await using var harness = new NodeHarness(
            With(new CallsNodeLimits { SessionIdle = TimeSpan.FromSeconds(1) })
        );
        var bare = new SessionKey("app", await harness.NewSessionAsync());
        var described = await harness.PushAsync();
        harness.Leave(described);

        harness.RunUntil(() => !Exists(harness, bare), "The session without a description stays.");
        harness.RunUntil(
            () => !Exists(harness, new SessionKey("app", described.SessionId)),
            "The session whose client never came stays."
        );
    }

    /// <summary>Sessions of all three APIs end; those of another app stay.</summary>
    [Fact]
    public async Task CloseApp_SessionsOfEveryKind_EndAndOthersStay()
    {
        await using var harness = new NodeHarness();
        var caller = await harness.PushAsync();
        var stays = await harness.PushAsync(app: "other");
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet && caller.Client.ConnectedAt.IsSet,
            "They did not connect."
        );

        await harness.Node.CloseAppAsync("app");

        Assert.False(Exists(harness, new SessionKey("app", caller.SessionId)));
        harness.RunUntil(
            () => harness.Node.Report() is { Publishers: 0, Callers: 1 },
            "Sessions of the app stay."
        );
        Assert.True(Exists(harness, new SessionKey("other", stays.SessionId)));
    }

    private static MediaNodeOptions With(CallsNodeLimits limits) =>
        NodeHarness.Options() with
        {
            Calls = limits,
        };

    private static bool Exists(NodeHarness harness, SessionKey session)
    {
        var asked = harness.Node.Calls.GetSessionAsync(session, CancellationToken.None).AsTask();
        return asked.GetAwaiter().GetResult() is not null;
    }
}
