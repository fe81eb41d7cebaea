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
