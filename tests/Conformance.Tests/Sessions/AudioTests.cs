using System.Text.Json;
using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Conformance.Tests.Sessions;

/// <summary>Beyond §1.2: what a session hears, and who speaks there.</summary>
public sealed class AudioTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private readonly Dialogue _dialogue = new();

    private ApiClient Api => _dialogue.Over(lab.Api);

    [Fact]
    public async Task Audio_ChosenChangedAndTakenBack_IsShown()
    {
        var made = await Api.PostAsync("/sessions/new", """{"audio":{"loudest":3}}""");
        var session = made.Expect(201).Find("sessionId")!;
        (await Api.StateAsync(session)).Expect(200);
        (
            await Api.PutAsync($"/sessions/{session}/audio", """{"loudest":1,"levels":true}""")
        ).Expect(200);
        (await Api.StateAsync(session)).Expect(200);
        (await Api.PutAsync($"/sessions/{session}/audio", "{}")).Expect(200);
        (await Api.StateAsync(session)).Expect(200);
        Golden.Match("conformance/audio.txt", _dialogue.ToString());
    }

    [Fact]
    public async Task Audio_WrongOrOfNobody_Refused()
    {
        var session = await Api.NewSessionAsync();
        var path = $"/sessions/{session}/audio";
        (await Api.PutAsync(path, """{"loudest":17}""")).Expect(400, "decoding_error");
        (await Api.PutAsync(path, """{"levels":"yes"}""")).Expect(400, "decoding_error");
        (await lab.OtherApi.PutAsync(path, """{"loudest":1}""")).Expect(410, "session_error");
        (await Api.DeleteAsync($"/sessions/{session}")).Expect(200);
        (await Api.PutAsync(path, """{"loudest":1}""")).Expect(410, "session_error");
        Golden.Match("conformance/audio-refused.txt", _dialogue.ToString());
    }

    /// <summary>Two publish, one speaks; the third hears of that one, and with one place hears that one alone.</summary>
    [Fact]
    public async Task Speakers_OneOfTwoSpeaks_ToldWithTrackAndSection()
    {
        var quiet = await lab.PushAsync(lab.Api);
        var speaking = await lab.PushAsync(lab.Api);
        _ = lab.Stage.Look(() => new Voice(quiet.Client));
        var voice = lab.Stage.Look(() => new Voice(speaking.Client));
        var viewer = await lab.PullAsync(
            lab.Api,
            Items.Remote(quiet.SessionId, Peers.Microphone),
            Items.Remote(speaking.SessionId, Peers.Microphone)
        );
        var at = $"/sessions/{viewer.SessionId}";
        using var events = await EventReader.OpenAsync(lab, $"{at}/events");
        // Both are heard first: of two as quiet, the one place goes to either.
        await lab.PacketsAsync(viewer, 1);
        await lab.PacketsAsync(viewer, 1, section: 1);
        (await lab.Api.PutAsync($"{at}/audio", """{"loudest":1}""")).Expect(200);

        lab.Stage.Look(() =>
        {
            voice.Say(20);
            return 0;
        });
        var told = (await events.UntilAsync("speakers.active", viewer.SessionId))[^1];
        await lab.PacketsAsync(viewer, 50, section: 1);

        using var data = JsonDocument.Parse(told.Data);
        var speaker = Assert.Single(data.RootElement.GetProperty("speakers").EnumerateArray());
        Assert.Equal(speaking.SessionId, speaker.GetProperty("publisherSessionId").GetString());
        Assert.Equal(Peers.Microphone, speaker.GetProperty("trackName").GetString());
        Assert.Equal(-20, speaker.GetProperty("level").GetInt32());
        var state = (await lab.Api.StateAsync(viewer.SessionId)).Expect(200);
        Assert.Contains(
            $"\"mid\":\"{speaker.GetProperty("mid").GetString()}\"",
            state.Text,
            StringComparison.Ordinal
        );
        var before = lab.Stage.Look(() => viewer.Client.Played[0].Packets);
        await lab.PacketsAsync(viewer, 50, section: 1);
        Assert.Equal(before, lab.Stage.Look(() => viewer.Client.Played[0].Packets));
        Assert.Equal(0, lab.Stage.Look(() => viewer.Client.Played[1].Missing));
    }
}
