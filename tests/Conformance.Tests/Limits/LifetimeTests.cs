using Conformance.Tests.Support;
using Edge.Processes;

namespace Conformance.Tests.Limits;

/// <summary>§1.4, §1.13: how long things last that nobody uses. All of them begin together.</summary>
public sealed class LifetimeTests(LifetimeLab fixture) : IClassFixture<LifetimeLab>
{
    private readonly CallsLab _lab = fixture.Lab;

    /// <summary>§1.4: a session that never connects expires; later calls get 410.</summary>
    [Fact]
    public Task Session_NeverUsed_Expires() => GoneAsync(fixture.Unused, "the unused session");

    /// <summary>§1.13: a session that lost its connectivity is reaped.</summary>
    [Fact]
    public Task Session_ConnectivityLost_Expires() =>
        GoneAsync(fixture.Lost.SessionId, "the session whose client is gone");

    /// <summary>§1.13: and can be used again before that: the client comes back, and media goes on.</summary>
    [Fact]
    public async Task Session_ConnectivityLostAndBack_GoesOn()
    {
        await fixture.Back;
        var played = fixture.Returning.Client.Played[0];
        var before = _lab.Stage.Look(() => played.CompleteFrames);
        await _lab.Stage.UntilAsync("pictures", () => played.CompleteFrames > before + 10);
        (await _lab.Api.StateAsync(fixture.Returning.SessionId)).Expect(200);
    }

    /// <summary>§1.13: a track without packets for 30 s is gone; the session, whose other track sends, is
    /// not.</summary>
    [Fact]
    public async Task Track_Silent_NotActiveAnyMore()
    {
        await Patience.UntilAsync(
            "the silent track is inactive or gone",
            () => _lab.Api.StateAsync(fixture.Silent.SessionId),
            state =>
                state
                    .Expect(200)
                    .Tracks.All(track =>
                        !track.GetProperty("trackName").ValueEquals(Peers.Camera)
                        || track.GetProperty("status").ValueEquals("inactive")
                    )
        );
        var states = (await _lab.Api.StateAsync(fixture.Silent.SessionId)).Each("status");
        Assert.Contains("active", states, StringComparer.Ordinal);
    }

    private async Task GoneAsync(string session, string what)
    {
        var gone = await Patience.UntilAsync(
            $"{what} is gone",
            () => _lab.Api.StateAsync(session),
            state => state.Status != 200
        );
        gone.Expect(410, "session_error");
    }
}
