using System.Globalization;
using Control.Contract;
using Edge.Forwarding.LayerSelection;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Layers that players choose by hand.</content>
internal sealed partial class Shard
{
    private PlayerChangeResult SelectLayer(Session session, LayerChoice choice, Instant now)
    {
        if (FindPictures(session, choice.MediaId) is not { } played)
        {
            return new PlayerChangeResult.Refused(
                "mediaId names no section with pictures: its mid, or its index among the m-lines, is expected."
            );
        }

        if (played.Replica is not { Source: { } source } replica)
        {
            return new PlayerChangeResult.Refused(
                "The stream's layers are not known yet; wait for the event \"layers\"."
            );
        }

        var layer =
            choice.Rid is not null ? LayerOf(source, choice.Rid)
            : choice.WidthMax is null && choice.HeightMax is null ? NoLayer
            : replica.Track.FindWithin(
                choice.WidthMax ?? int.MaxValue,
                choice.HeightMax ?? int.MaxValue
            );
        if (choice.Rid is not null && layer < 0)
        {
            return new PlayerChangeResult.Refused(
                $"rid names no layer: the stream has {Name(source)} now."
            );
        }

        var rid = layer < 0 ? default : source.Rids[layer];
        replica.Track.SetPreferredRid(played.Subscription, rid, LayerFallback.Quality, now);
        _replicas.Touch(replica.Slot);
        Reconsider(session, now);
        return new PlayerChangeResult.Done();
    }

    private const int NoLayer = -1;

    /// <summary>The played pictures of a section; without a name, the first.</summary>
    private static PlayedTrack? FindPictures(Session session, string? mediaId)
    {
        for (var index = 0; index < session.Played.Length; index++)
        {
            if (
                session.Played[index] is { IsSound: false } played
                && (
                    mediaId is null
                    || string.Equals(played.Media.Mid.ToString(), mediaId, StringComparison.Ordinal)
                    || string.Equals(
                        index.ToString(CultureInfo.InvariantCulture),
                        mediaId,
                        StringComparison.Ordinal
                    )
                )
            )
            {
                return played;
            }
        }

        return null;
    }

    private static int LayerOf(TrackSource source, string name)
    {
        for (var layer = 0; layer < source.Rids.Length; layer++)
        {
            if (string.Equals(source.Rids[layer].ToString(), name, StringComparison.Ordinal))
            {
                return layer;
            }
        }

        return NoLayer;
    }

    private static string Name(TrackSource source)
    {
        var names = new List<string>();
        foreach (var rid in source.Rids)
        {
            if (!rid.IsEmpty)
            {
                names.Add($"\"{rid}\"");
            }
        }

        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}
