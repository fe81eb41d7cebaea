namespace Control.Server.Tests.Support;

/// <summary>A right request of each operation of the session API, to be made wrong in every way.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the app; {session} stands for one that is there.</param>
/// <param name="Body">The body; null when it takes none.</param>
/// <param name="Status">What it is answered with.</param>
public sealed record CallsSample(string Method, string Path, string? Body, int Status = 200)
{
    private const string Offer = """{"type":"offer","sdp":"v=0"}""";
    private const string Answer = """{"type":"answer","sdp":"v=0"}""";
    private const string Channel =
        """{"location":"remote","sessionId":"S","dataChannelName":"chat","id":2,"ordered":true,"maxRetransmits":1,"waitForAck":true,"canReply":true}""";
    private const string Track =
        """{"location":"remote","sessionId":"S","trackName":"cam","mid":"0","kind":"video","bidirectionalMediaStream":false,"simulcast":{"preferredRid":"h","priorityOrdering":"none","ridNotAvailable":"none"},"priority":2,"minBitrate":300000,"paused":true,"content":"screen","e2ee":true}""";

    /// <summary>One of each.</summary>
    public static IReadOnlyList<CallsSample> All { get; } =
    [
        new(
            "POST",
            "/sessions/new",
            "{\"sessionDescription\":" + Offer + ",\"audio\":{\"loudest\":3,\"levels\":true}}",
            201
        ),
        new("GET", "/{session}", null),
        new(
            "POST",
            "/{session}/tracks/new",
            "{\"autoDiscover\":false,\"sessionDescription\":"
                + Offer
                + ",\"tracks\":["
                + Track
                + "]}"
        ),
        new("PUT", "/{session}/renegotiate", "{\"sessionDescription\":" + Answer + "}"),
        new(
            "PUT",
            "/{session}/tracks/close",
            "{\"force\":false,\"sessionDescription\":" + Offer + ",\"tracks\":[{\"mid\":\"0\"}]}"
        ),
        new("PUT", "/{session}/tracks/update", "{\"tracks\":[" + Track + "]}"),
        new(
            "POST",
            "/{session}/datachannels/establish",
            "{\"dataChannel\":{\"location\":\"remote\",\"dataChannelName\":\"server-events\"},\"sessionDescription\":"
                + Offer
                + "}"
        ),
        new("POST", "/{session}/datachannels/new", "{\"dataChannels\":[" + Channel + "]}"),
        new("PUT", "/{session}/datachannels/update", "{\"dataChannels\":[" + Channel + "]}"),
        new("PUT", "/{session}/datachannels/close", """{"dataChannels":[{"id":1}]}"""),
        new("POST", "/{session}/ice-restart", "{\"sessionDescription\":" + Offer + "}"),
        new("PUT", "/{session}/audio", """{"loudest":3,"levels":true}"""),
        new("GET", "/sessions", null),
        new("GET", "/tracks", null),
        new(
            "POST",
            "/tokens",
            """{"ttl":60,"publish":["cam"],"pull":["S"],"session":"S","subject":"ann","group":"room","invite":true,"stream":"cam","action":"publish"}""",
            201
        ),
        new("POST", "/tokens/abc/revoke", """{"expiresAt":1900000000}"""),
        new("POST", "/adapters/websocket/new", null, 501),
        new("POST", "/adapters/websocket/close", null, 501),
        new("DELETE", "/{session}", null),
    ];

    /// <summary>Those that answer with a stream, which are asked and read in another way.</summary>
    public static IReadOnlyList<CallsSample> Streams { get; } =
    [new("GET", "/events", null), new("GET", "/{session}/events", null)];

    /// <summary>Those with a body.</summary>
    public static IEnumerable<CallsSample> WithBody => All.Where(sample => sample.Body is not null);

    /// <summary>The path with a session in it.</summary>
    public string At(string session) =>
        CallsServer.App
        + Path.Replace("/{session}", session[CallsServer.App.Length..], StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Path}";
}
