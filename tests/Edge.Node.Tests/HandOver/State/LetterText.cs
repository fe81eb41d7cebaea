using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Edge.Node.HandOver.State;
using Edge.Node.Tests.Sessions.Calls.State;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.Tests.HandOver.State;

/// <summary>A session out of a letter as text, all of it: two that differ are other sessions. What is long is there as its
/// hash.</summary>
internal static class LetterText
{
    private const int StateBytesMax = 1 << 20;

    /// <summary>The moment at which letters are read.</summary>
    public static Instant Now => CallsSessionFixture.WriterNow;

    /// <summary>Describes a session, whose engine is used up by that.</summary>
    public static string Of(SessionLetter letter)
    {
        var text = new StringBuilder();
        Line(text, "session", $"{letter.Role} {letter.Id}");
        Line(text, "claim", letter.Surroundings.Claim);
        foreach (var (section, memory) in letter.Surroundings.Exports)
        {
            Line(text, "export", $"{section} {Hash(memory.Write)}");
        }

        if (letter.Calls is { } calls)
        {
            Line(text, "calls", $"{calls.Facts}");
            Line(
                text,
                "calls state",
                Hash(CallsSessionFixture.Write(CallsSessionFixture.Build(calls)))
            );
        }

        if (letter.Engine is { } engine)
        {
            Describe(text, engine);
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, EngineLetter engine)
    {
        var facts = engine.Facts;
        Line(
            text,
            "facts",
            $"{facts.Stream} {string.Join(' ', facts.Fragments)} {facts.IceTag} {facts.RemoteFragment}"
        );
        facts.Media.ToList().ForEach(media => Line(text, "agreed", media));
        foreach (var events in facts.EventStreams)
        {
            Line(text, "events", $"{events.Id} {string.Join(' ', events.Kinds ?? [])}");
        }

        foreach (var route in engine.Media.Routes)
        {
            Line(text, "route", route);
        }

        foreach (var part in engine.Media.Published)
        {
            Line(
                text,
                "published",
                $"{part.Section} {part.Name} {part.Source} {part.KeyFrameCount} {part.Measured}"
            );
            Line(text, "  as", part.Media);
            Line(
                text,
                "  layers",
                $"{string.Join(' ', part.Epochs)} {string.Join(' ', part.Reports)} {string.Join(' ', part.Words)}"
            );
            Line(text, "  parts", $"{Hash(part.KeyFrames)} {Hash(part.Limit)}");
            Line(text, "  known", Known(part.Knowledge));
        }

        foreach (var part in engine.Media.Played)
        {
            Line(
                text,
                "played",
                $"{part.Stream} {part.Ordinal} {part.Source} {part.Terms} {part.ToldRid} {part.IsToldPaused} {part.Measured}"
            );
            Line(text, "  as", part.Media);
            Line(text, "  state", Hash(part.Subscription.Write));
            Line(text, "  known", Known(part.Knowledge));
        }

        Line(text, "downlink", Hash(engine.Media.Downlink));
        Line(text, "sound", Hash(engine.Media.Sound));
        if (engine.Channels is { } channels)
        {
            Line(text, "events channel", channels.EventsId);
            channels.Published.ToList().ForEach(part => Line(text, "writes", part));
            channels.Read.ToList().ForEach(part => Line(text, "reads", part));
        }

        Line(
            text,
            "engine",
            Hash(writer => Xunit.Assert.Equal(PeerCapture.Captured, engine.Peer.TryCapture(writer)))
        );
    }

    private static string Known(TrackKnowledge knowledge) =>
        $"{Hash(knowledge.Memory)} {Hash(knowledge.Meter)}";

    private static string Hash(Action<StateWriter> write)
    {
        using var writer = new StateWriter(Now, StateBytesMax);
        write(writer);
        return Hash(writer.Written);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        $"{bytes.Length}:{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4))}";

    private static void Line(StringBuilder text, string name, object? value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
}
