using System.Globalization;
using Edge.Wire.Mesh;

namespace Edge.Mesh;

/// <summary>The subjects by which nodes find each other.</summary>
/// <remarks>The second token of whatever belongs to an app is the app, so that a permission of the form
/// <c>*.app.&gt;</c> keeps apps apart. Media subjects name the track, never the node: who takes a track over
/// goes on under the same subject.</remarks>
public static class MeshSubjects
{
    /// <summary>The token of an app: its id, or what stands for an id that cannot be a token, or that a PoP's number
    /// could be: subjects of nodes have that in its place.</summary>
    public static string AppToken(string appId)
    {
        var isNumber = true;
        foreach (var character in appId)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return Hashed(appId);
            }

            isNumber &= char.IsAsciiDigit(character);
        }

        return appId.Length == 0 ? "~"
            : isNumber ? Hashed(appId)
            : appId;
    }

    /// <summary>One layer of a track.</summary>
    public static string Media(string app, in TrackToken track, int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"media.{app}.{track}.{layer}");

    /// <summary>What is cached of a track, for one node that begins to watch it.</summary>
    public static string Cache(string app, NodeAddress watcher, in TrackToken track) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"cache.{app}.{watcher.Pop}.{watcher.Node}.{track}"
        );

    /// <summary>All that <see cref="Cache"/> names for a node; the track is the last token.</summary>
    public static string CachePattern(NodeAddress watcher) =>
        string.Create(CultureInfo.InvariantCulture, $"cache.*.{watcher.Pop}.{watcher.Node}.*");

    /// <summary>What others want of an app's tracks that a node owns.</summary>
    public static string Demand(string app, NodeAddress owner) =>
        string.Create(CultureInfo.InvariantCulture, $"demand.{app}.{owner.Pop}.{owner.Node}");

    /// <summary>All that <see cref="Demand"/> names for a node; the app is the second token.</summary>
    public static string DemandPattern(NodeAddress owner) =>
        string.Create(CultureInfo.InvariantCulture, $"demand.*.{owner.Pop}.{owner.Node}");

    /// <summary>Messages of a data channel, for all who watch it.</summary>
    public static string Data(string app, in TrackToken channel) => $"data.{app}.{channel}";

    /// <summary>What a node says to another of messages that it was sent.</summary>
    public static string Ack(string app, NodeAddress sender) =>
        string.Create(CultureInfo.InvariantCulture, $"ack.{app}.{sender.Pop}.{sender.Node}");

    /// <summary>All that <see cref="Ack"/> names for a node; the app is the second token.</summary>
    public static string AckPattern(NodeAddress sender) =>
        string.Create(CultureInfo.InvariantCulture, $"ack.*.{sender.Pop}.{sender.Node}");

    /// <summary>What the one who may reply says to the publisher of a data channel.</summary>
    public static string Reply(string app, NodeAddress owner, in TrackToken channel) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"reply.{app}.{owner.Pop}.{owner.Node}.{channel}"
        );

    /// <summary>All that <see cref="Reply"/> names for a node; the channel is the last token.</summary>
    public static string ReplyPattern(NodeAddress owner) =>
        string.Create(CultureInfo.InvariantCulture, $"reply.*.{owner.Pop}.{owner.Node}.*");

    /// <summary>Requests between edge nodes.</summary>
    public static string Peer(NodeAddress node) =>
        string.Create(CultureInfo.InvariantCulture, $"peer.{node.Pop}.{node.Node}");

    /// <summary>What came to another PoP and is for a node, and what others say of such flows.</summary>
    public static string Crossing(NodeAddress node) =>
        string.Create(CultureInfo.InvariantCulture, $"crossing.{node.Pop}.{node.Node}");

    /// <summary>Who publishes a stream answers here.</summary>
    public static string Stream(string app, in TrackToken stream) => $"stream.{app}.{stream}";

    /// <summary>Who publishes a stream says so here.</summary>
    public static string Claim(string app, in TrackToken stream) => $"claim.{app}.{stream}";

    /// <summary>Whether a text can be an app's token: <see cref="AppToken"/> makes no others.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '~'))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    /// <summary>Reads under which node's name something is wanted, and of which app's tracks, from a subject of
    /// <see cref="Demand"/>; false when it is none.</summary>
    public static bool TryReadDemand(string subject, out Demand.DemandKey key)
    {
        key = default;
        if (
            !ushort.TryParse(Token(subject, 2), CultureInfo.InvariantCulture, out var pop)
            || !ushort.TryParse(Token(subject, 3), CultureInfo.InvariantCulture, out var node)
        )
        {
            return false;
        }

        key = new(new NodeAddress(pop, node), Token(subject, 1).ToString());
        return true;
    }

    private static string Hashed(string appId) => $"~{TrackToken.Create("", appId)}";

    /// <summary>A token of a subject; empty when there is none.</summary>
    public static ReadOnlySpan<char> Token(ReadOnlySpan<char> subject, int index)
    {
        for (; index > 0; index--)
        {
            var dot = subject.IndexOf('.');
            if (dot < 0)
            {
                return default;
            }

            subject = subject[(dot + 1)..];
        }

        var end = subject.IndexOf('.');
        return end < 0 ? subject : subject[..end];
    }
}
