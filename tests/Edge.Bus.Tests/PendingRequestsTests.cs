using Xunit;

namespace Edge.Bus.Tests;

public sealed class PendingRequestsTests
{
    private readonly PendingRequests _requests = new(PendingRequests.InboxPrefixDefault, "token");

    /// <summary>The connection is lost between the two: what was not sent has not timed out.</summary>
    [Fact]
    public void Refuse_EndedMeanwhile_IsWhatItIsRefusedWith()
    {
        Assert.True(_requests.TryAdd(out var request));

        _requests.EndAll(BusReplyStatus.TimedOut);

        Assert.Equal(
            BusReplyStatus.Unavailable,
            _requests.Refuse(request, BusReplyStatus.Unavailable).Status
        );
    }

    [Fact]
    public async Task Refuse_OneOfTwo_TheOtherGoesOnWaiting()
    {
        Assert.True(_requests.TryAdd(out var refused));
        Assert.True(_requests.TryAdd(out var waiting));

        _requests.Refuse(refused, BusReplyStatus.NoResponders);
        _requests.EndAll(BusReplyStatus.TimedOut);

        Assert.False(refused.Reply.Task.IsCompleted);
        Assert.Equal(BusReplyStatus.TimedOut, (await waiting.Reply.Task).Status);
    }
}
