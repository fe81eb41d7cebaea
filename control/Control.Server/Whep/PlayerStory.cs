using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Control.Contract;

namespace Control.Server.Whep;

/// <summary>What one stream of events has told of a player, and what is new in a report of it.</summary>
internal sealed class PlayerStory(ImmutableArray<string> kinds)
{
    private bool _isActive;
    private LayersEvent _layers = new([]);
    private int? _viewers;
    private bool _isLeaving;

    /// <summary>Whether an event is told.</summary>
    public bool Tells(string kind) => kinds.Contains(kind, StringComparer.Ordinal);

    /// <summary>The events that a report is news of, as they go over the wire; empty for none.</summary>
    /// <param name="report">The report.</param>
    /// <param name="viewers">How many viewers the stream has; null while not known.</param>
    public string Continue(SessionReport report, int? viewers)
    {
        var news = new StringBuilder();
        if (report.IsActive != _isActive)
        {
            _isActive = report.IsActive;
            Add(news, _isActive ? EventKinds.Active : EventKinds.Inactive, "{}");
        }

        var layers = LayersEvent.Of(report);
        if (layers.IsNewsAfter(_layers))
        {
            _layers = layers;
            Add(news, EventKinds.Layers, layers.Write());
        }

        if (viewers is { } count && count != _viewers)
        {
            _viewers = count;
            var digits = count.ToString(CultureInfo.InvariantCulture);
            Add(news, EventKinds.ViewerCount, $"{{\"viewercount\":{digits}}}");
        }

        if (report.IsLeaving && !_isLeaving)
        {
            _isLeaving = true;
            // Without a URL, so the player comes to the endpoint it knows.
            Add(news, EventKinds.Reconnect, "{}");
        }

        return news.ToString();
    }

    private void Add(StringBuilder news, string kind, string data)
    {
        if (Tells(kind))
        {
            news.Append("event: ").Append(kind).Append("\ndata: ").Append(data).Append("\n\n");
        }
    }
}
