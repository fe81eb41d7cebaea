using Conformance.Tests.Support;

namespace Conformance.Tests.Sessions;

/// <summary>Beyond §1.2: what happens in an app or a session, as server-sent events.</summary>
public sealed class EventTests(CallsLab lab) : IClassFixture<CallsLab>
{
    [Fact]
    public async Task Events_LifeOfAPublisher_InOrderAndNumbered()
    {
        using var app = await EventReader.OpenAsync(lab, "/events");
        var publisher = await lab.PushAsync(lab.Api);
        using var own = await EventReader.OpenAsync(lab, $"/sessions/{publisher.SessionId}/events");
        var viewer = await lab.PullAsync(lab.Api, Items.Remote(publisher.SessionId, Peers.Camera));
        await lab.PicturesAsync(viewer, 1);
        (await lab.Api.DeleteAsync($"/sessions/{publisher.SessionId}")).Expect(200);

        var happened = await app.UntilAsync("session.ended", publisher.SessionId);
        var types = happened
            .Where(each => each.Session.Equals(publisher.SessionId, StringComparison.Ordinal))
            .Select(each => each.Type)
            .ToArray();
        Assert.Equal(["track.published", "track.published", "session.connected"], types[..3]);
        Assert.Equal(2, types.Count(type => type is "track.started"));
        Assert.Equal(2, types.Count(type => type is "track.ended"));
        Assert.Equal("session.ended", types[^1]);
        Assert.Equal(
            Enumerable.Range(0, happened.Count).Select(index => happened[0].Id + index),
            happened.Select(each => each.Id)
        );
        var mine = await own.UntilAsync("session.ended", publisher.SessionId);
        Assert.All(mine, each => Assert.Equal(publisher.SessionId, each.Session));
    }

    [Fact]
    public async Task Events_SessionOfAnotherApp_Gone()
    {
        var session = await lab.Api.NewSessionAsync();
        (await lab.OtherApi.GetAsync($"/sessions/{session}/events")).Expect(410, "session_error");
        (await lab.Api.As("wrong").GetAsync("/events")).Expect(401, "unauthorized");
    }
}
