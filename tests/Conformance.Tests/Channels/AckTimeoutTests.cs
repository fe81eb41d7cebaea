using Conformance.Tests.Support;

namespace Conformance.Tests.Channels;

/// <summary>§1.10, §1.14: how long waitForAck waits, with a limit that a test can wait for.</summary>
public sealed class AckTimeoutTests
{
    [Fact]
    public async Task WaitForAck_ReaderSaysNothing_ItsChannelCloses()
    {
        using var lab = CallsLab.With(("EDGE_LIMITS", "ackWaitMs=1000"));
        await lab.InitializeAsync();
        try
        {
            var publisher = await lab.JoinAsync(lab.Api);
            await lab.Api.NewChannelsAsync(publisher.SessionId, ChannelCalls.Local("chat"));
            var reader = await lab.JoinAsync(lab.Api);
            var made = await lab.Api.NewChannelsAsync(
                reader.SessionId,
                ChannelCalls.Remote(publisher.SessionId, "chat", ",\"waitForAck\":true")
            );
            var id = made.Expect(200).DataChannels[0].GetProperty("id").GetInt32();
            lab.Stage.Look(() =>
            {
                reader.Client.Channels!.Open(id);
                return true;
            });
            await lab.Stage.UntilAsync(
                "its channel is closed",
                () => reader.Client.Channels!.IsClosed(id)
            );
            (await lab.Api.StateAsync(publisher.SessionId)).Expect(200);
        }
        finally
        {
            await lab.DisposeAsync();
        }
    }
}
