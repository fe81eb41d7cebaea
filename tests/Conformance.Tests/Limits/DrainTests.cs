using Conformance.Tests.Support;
using Edge.Processes;

namespace Conformance.Tests.Limits;

/// <summary>§1.12, service: a node that is being stopped takes no new sessions, says when to come again, and
/// serves those that it has.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task NewSession_WhileDraining_TemporarilyUnavailable()
    {
        using var lab = CallsLab.With(("EDGE_DRAIN_SECONDS", "3600"));
        await lab.InitializeAsync();
        try
        {
            var publisher = await lab.PushAsync(lab.Api);
            using var events = await EventReader.OpenAsync(
                lab,
                $"/sessions/{publisher.SessionId}/events"
            );
            await lab.Control.TerminateAsync();
            await events.UntilAsync("node.going_away", publisher.SessionId);
            var refused = await Patience.UntilAsync(
                "new sessions are refused",
                () => lab.Api.PostAsync("/sessions/new"),
                reply => reply.Status != 201
            );
            refused.Expect(503, "temporarily_unavailable_error");
            Assert.True(refused.Body.GetProperty("retryable").GetBoolean());
            (await lab.Api.StateAsync(publisher.SessionId)).Expect(200);
            (await lab.Api.DeleteAsync($"/sessions/{publisher.SessionId}")).Expect(200);
        }
        finally
        {
            await lab.DisposeAsync();
        }
    }
}
