using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Conformance.Tests.Support;

/// <summary>Writes down requests and answers for a golden file: the bodies as they are, but names for what
/// differs from run to run, and a summary for SDP.</summary>
internal sealed partial class Dialogue
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The API, every exchange of which is written down from now on.</summary>
    public ApiClient Over(ApiClient api) => api.Watched(Note);

    /// <summary>Gives a value a name before the first exchange that has it.</summary>
    public void Name(string value, string name) => _names[value] = name;

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Note(string method, string path, string? body, Reply reply)
    {
        if (
            reply.Body.TryGetProperty("sessionId", out var session)
            && !_names.ContainsKey(session.GetString()!)
        )
        {
            _names[session.GetString()!] = $"S{_names.Count + 1}";
        }

        _text.Append(method).Append(' ').Append(Hide(path)).Append('\n');
        if (body is not null)
        {
            _text.Append(Hide(Summarise(body))).Append('\n');
        }

        _text.Append(reply.Status).Append(' ').Append(Hide(Summarise(reply.Text))).Append("\n\n");
    }

    private string Hide(string text)
    {
        foreach (var (value, name) in _names)
        {
            text = text.Replace(value, name, StringComparison.Ordinal);
        }

        return Digits().Replace(text, "(32 hex)");
    }

    private static string Summarise(string text)
    {
        if (JsonNode.Parse(text) is not JsonObject body)
        {
            return text;
        }

        if (
            body["sessionDescription"] is JsonObject description
            && description["sdp"]?.GetValue<string>() is { } sdp
        )
        {
            description["sdp"] = SummariseSdp(sdp);
        }

        return body.ToJsonString(Plain);
    }

    private static string SummariseSdp(string sdp) =>
        SessionDescription.TryParse(sdp, out var description, out _)
            ? string.Join(", ", description.Sections.Select(Describe))
            : $"({sdp.Length} characters that are none)";

    private static string Describe(MediaSection section)
    {
        var what = $"{section.Mid} {section.KindName}";
        return section.Port == 0 && !section.IsBundleOnly ? $"{what} rejected"
            : section.IsRtp ? $"{what} {Word(section.Direction)} {section.Codecs[0].Name}"
            : what;
    }

    private static string Word(SdpDirection direction) =>
        direction switch
        {
            SdpDirection.SendReceive => "sendrecv",
            SdpDirection.SendOnly => "sendonly",
            SdpDirection.ReceiveOnly => "recvonly",
            SdpDirection.Inactive or _ => "inactive",
        };

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
