using Control.Contract;
using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>People who publish their microphones at a node, and sessions that pull all of them.</summary>
/// <param name="People">Each with "mic" and "cam".</param>
/// <param name="Voices">How loud they are, the first ones'; the others send no levels.</param>
internal sealed record SpeechLab(SocketClient[] People, Voice[] Voices)
{
    /// <summary>Connects them, silent.</summary>
    public static async Task<SpeechLab> GatherAsync(
        NodeHarness harness,
        int people,
        int voiced = int.MaxValue
    )
    {
        var gathered = new SocketClient[people];
        for (var person = 0; person < people; person++)
        {
            gathered[person] = await harness.PushAsync();
        }

        var voices = gathered.Take(voiced).Select(one => new Voice(one.Client)).ToArray();
        harness.RunUntil(
            () => gathered.All(one => one.Client.ConnectedAt.IsSet),
            "Somebody did not connect."
        );
        return new SpeechLab(gathered, voices);
    }

    /// <summary>A session that pulls everybody's microphone.</summary>
    public async Task<SocketClient> PullAsync(NodeHarness harness, AudioChoice? audio = null)
    {
        var session = new SessionKey("app", await harness.NewSessionAsync());
        if (audio is not null)
        {
            var refusal = await harness.Node.Calls.UpdateAudioAsync(
                new UpdateAudioRequest(session, audio),
                CancellationToken.None
            );
            Assert.Null(refusal);
        }

        var asked = harness.AskAsync(
            session,
            [.. People.Select(one => NodeHarness.Remote(one.SessionId, "mic"))]
        );
        harness.RunUntil(() => asked.IsCompleted, "The pull did not come back.");
        return await harness.AnswerAsync(session, await asked);
    }
}
