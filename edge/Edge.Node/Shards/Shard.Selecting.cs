using System.Globalization;
using Control.Contract;
using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Thinning;
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

        // Not those of what is sent now: that may be nothing, for want of room, and other encodings may follow.
        if (FindMissing(choice, replica.Track.FindPairs(layer, now)) is { } missing)
        {
            return new PlayerChangeResult.Refused(missing);
        }

        replica.Track.ChooseLayers(
            played.Subscription,
            Lower(choice.SpatialId, choice.SpatialIdMax),
            Lower(choice.TemporalId, choice.TemporalIdMax)
        );
        var rid = layer < 0 ? default : source.Rids[layer];
        replica.Track.SetPreferredRid(played.Subscription, rid, LayerFallback.Quality, now);
        _replicas.Touch(replica.Slot);
        Reconsider(session, now);
        return new PlayerChangeResult.Done();
    }

    private const int NoLayer = -1;

    /// <summary>The lower of two limits, where there are any.</summary>
    private static int Lower(int? one, int? other) =>
        Math.Min(one ?? int.MaxValue, other ?? int.MaxValue) is var least && least < int.MaxValue
            ? least
            : NoLayer;

    /// <summary>A sentence on a layer within the stream that is named and not there; null when there is none.</summary>
    private static string? FindMissing(LayerChoice choice, ushort pairs)
    {
        if (choice.SpatialId is null && choice.TemporalId is null)
        {
            return null;
        }

        if (pairs == 0)
        {
            return "The stream has no layers within it that can be told apart; choose one by rid, maxWidth or maxHeight.";
        }

        var spatial = LayerCell.Best(pairs, LayerCell.All).Spatial;
        var temporal = (byte)0;
        for (var index = 0; index < LayerCell.Count; index++)
        {
            var cell = LayerCell.Of(index);
            temporal = (pairs & cell.Bit) != 0 ? byte.Max(temporal, cell.Temporal) : temporal;
        }

        return choice.SpatialId > spatial ? Missing("spatialLayerId", spatial)
            : choice.TemporalId > temporal ? Missing("temporalLayerId", temporal)
            : null;
    }

    private static string Missing(string name, int highest) =>
        $"{name} names no layer: the stream has 0 to {highest.ToString(CultureInfo.InvariantCulture)} now.";

    /// <summary>The played pictures of a section; without a name, the first.</summary>
    private static PlayedTrack? FindPictures(Session session, string? mediaId)
    {
        foreach (var played in session.Played)
        {
            if (played is { IsSound: false } && (mediaId is null || IsNamed(played, mediaId)))
            {
                return played;
            }
        }

        return null;
    }

    private static bool IsNamed(PlayedTrack played, string mediaId)
    {
        var index = played.Media.LineIndex?.ToString(CultureInfo.InvariantCulture);
        return string.Equals(played.Media.Mid.ToString(), mediaId, StringComparison.Ordinal)
            || string.Equals(index, mediaId, StringComparison.Ordinal);
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
