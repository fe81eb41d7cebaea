using System.Text.Json;
using System.Text.RegularExpressions;
using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Framing;

/// <summary>What the documents show works on the running server: each curl line, word for word, and each
/// operation of /openapi.json.</summary>
public sealed partial class ExampleTests(ExampleLab fixture) : IClassFixture<ExampleLab>
{
    private readonly CallsLab _lab = fixture.Lab;

    /// <summary>Each curl line in its order, with real tracks behind it: a success of which no item failed, as
    /// /openapi.json describes it.</summary>
    [Theory]
    [InlineData("control/README.md", 11)]
    [InlineData("README.md", 0)]
    public async Task CurlLines_OfTheDocuments_Work(string file, int least)
    {
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(file));
        var lines = Curl().Matches(text);
        Assert.True(lines.Count >= least, $"{file} has {lines.Count} examples.");
        Assert.Equal(CurlLine().Count(text), lines.Count);

        var api = _lab.ApiOf(ExampleLab.App, ExampleLab.Secret);
        var publisher = await _lab.PushLayersAsync(api);
        var browser = Peers.Browser(SdpMediaKind.Audio);
        var session = await api.NewSessionAsync();
        var pushed = await api.NewTracksAsync(
            session,
            Items.Local("0", "mic"),
            browser.CreateOffer()
        );
        browser.TakeAnswer(pushed.Expect(200).Sdp);
        var talking = (await _lab.JoinAsync(api)).SessionId;
        foreach (Match line in lines)
        {
            // Data channels want a transport that is connected; the browser has none.
            var isChannel = line.Value.Contains("/datachannels/", StringComparison.Ordinal);
            string? Fill(string part) =>
                line.Groups[part].Success
                    ? line.Groups[part]
                        .Value.Replace("'$OTHER'", publisher.SessionId, StringComparison.Ordinal)
                        .Replace(
                            "$SESSION",
                            isChannel ? talking : session,
                            StringComparison.Ordinal
                        )
                        .Replace("$OPERATOR", CallsLab.OperatorToken, StringComparison.Ordinal)
                    : null;
            var example = new Example(
                Fill("method")!,
                Fill("path")!,
                Fill("bearer")!,
                Fill("body")
            );
            var reply = await RunAsync(example);
            if (reply.SdpType is "offer")
            {
                var answer = browser.TakeOffer(reply.Sdp);
                (await api.RenegotiateAsync(session, answer)).Expect(200);
            }
        }
    }

    /// <summary>Every operation of the document is there, and looks at credentials first.</summary>
    [Fact]
    public async Task Operations_OfTheDocument_EachServedAndGuarded()
    {
        var count = 0;
        foreach (var (path, method, operation) in _lab.Contract.Operations)
        {
            // WHIP and WHEP answer in their own form (RFC 9457); /openapi.json and the like are for anybody.
            if (!operation.TryGetProperty("security", out _) || StreamPath().IsMatch(path))
            {
                continue;
            }

            var at = PathParameter().Replace(path, "x");
            var reply = await _lab.ApiOf("", bearer: null).At("").SendAsync(method, at);
            Assert.True(reply.Status == 401, $"{method} {path}: {reply.Status} {reply.Text}");
            count++;
        }

        Assert.True(count >= 30, $"{count} operations");
    }

    private async Task<Reply> RunAsync(Example example)
    {
        if (example.Body is not null)
        {
            using var request = JsonDocument.Parse(example.Body);
            Assert.Null(
                _lab.Contract.FindInRequest(example.Method, example.Path, request.RootElement)
            );
        }

        var reply = await _lab.ApiOf("", example.Bearer)
            .At("")
            .SendAsync(example.Method, example.Path, example.Body);
        Assert.True(reply.Status is 200 or 201, $"{example}\n{reply.Status} {reply.Text}");
        Assert.DoesNotContain("errorCode", reply.Text, StringComparison.Ordinal);
        return reply;
    }

    [GeneratedRegex(
        """^curl -X (?<method>[A-Z]+) http://127\.0\.0\.1:8080(?<path>/\S*) -H ['"]Authorization: Bearer (?<bearer>[^'"]+)['"](?: -H '[^']*')?(?: -d '(?<body>.*)')?$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Curl();

    [GeneratedRegex("^curl ", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex CurlLine();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();

    [GeneratedRegex("/(?:whip|whep)/", RegexOptions.NonBacktracking)]
    private static partial Regex StreamPath();

    private sealed record Example(string Method, string Path, string Bearer, string? Body);
}
