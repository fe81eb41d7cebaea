using System.Text.Json;

namespace Edge.Testing.Offers;

/// <summary>The offers of real browsers under tests/captures/webrtc.</summary>
public static class CapturedOffers
{
    private const string Folder = "tests/captures/webrtc";

    /// <summary>The browsers that were captured.</summary>
    public static IReadOnlyList<string> Browsers { get; } = ["chrome156", "firefox153"];

    /// <summary>The offers of each: A publishes audio and simulcast video, B receives both, C is a data
    /// channel alone, D publishes VP9 alone.</summary>
    public static IReadOnlyList<string> Names { get; } = ["A", "B", "C", "D"];

    /// <summary>One offer of one browser, CRLF lines.</summary>
    public static string Read(string browser, string name)
    {
        var path = RepositoryRoot.Combine($"{Folder}/{browser}-offers.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty(name).GetString()
            ?? throw new TestingException($"{path} has no offer {name}.");
    }

    /// <summary>The answer that a browser was seen to take, CRLF lines.</summary>
    public static string ReadAcceptedAnswer(string browser) =>
        Golden.WithCarriageReturns(
            File.ReadAllText(RepositoryRoot.Combine($"{Folder}/answer-accepted-by-{browser}.sdp"))
        );

    /// <summary>All offers of all browsers.</summary>
    public static IReadOnlyList<string> All =>
        [.. Browsers.SelectMany(browser => Names.Select(name => Read(browser, name)))];
}
