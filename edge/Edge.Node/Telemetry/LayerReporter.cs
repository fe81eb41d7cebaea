using System.Collections.Immutable;
using Control.Contract;
using Edge.Forwarding.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Telemetry;

/// <summary>Says which layers a player could be sent of a track: simulcast layers, and those within each.</summary>
/// <remarks>Threads: the session's shard. Allocates: for reports only.</remarks>
internal static class LayerReporter
{
    /// <summary>What the publisher sends of a track, the lowest first; null where there is nothing to choose.</summary>
    public static ImmutableArray<LayerReport>? Describe(PlayedTrack played, Instant now)
    {
        if (played.IsSound || played.Replica is not { Source: { } source } replica)
        {
            return null;
        }

        var selector = replica.Track.Layers;
        var layers = ImmutableArray.CreateBuilder<LayerReport>();
        for (var place = 0; place < Math.Min(selector.Count, source.Rids.Length); place++)
        {
            var layer = selector.At(place);
            layers.Add(Describe(replica.Track, layer, source.Rids[layer].ToString(), now));
        }

        var hasChoice = source.Rids.Length > 1 || layers.Any(layer => layer.Inner is not null);
        return hasChoice ? layers.ToImmutable() : null;
    }

    private static LayerReport Describe(Track track, int layer, string rid, Instant now)
    {
        var isLive = track.Layers.IsLive(layer);
        var rate = isLive ? track.Layers.Rate(layer) : Bitrate.Zero;
        var size = track.SizeOf(layer);
        return new LayerReport(rid, rate.BitsPerSecond, size.Width, size.Height)
        {
            Inner = isLive ? Inner(track, layer, now) : null,
        };
    }

    /// <summary>The pairs of layers within an encoding; null where there are no two, or their rates are not known.</summary>
    private static ImmutableArray<InnerLayerReport>? Inner(Track track, int layer, Instant now)
    {
        var rates = track.LayerRates(layer, now);
        if (ushort.PopCount(rates.Present) < 2 || !rates.IsMeasured)
        {
            return null;
        }

        var pairs = ImmutableArray.CreateBuilder<InnerLayerReport>();
        for (var index = 0; index < LayerCell.Count; index++)
        {
            var cell = LayerCell.Of(index);
            if (rates.Has(cell))
            {
                var size = track.SizeOf(layer, cell.Spatial);
                pairs.Add(
                    new InnerLayerReport(
                        cell.Spatial,
                        cell.Temporal,
                        rates.Of(cell).BitsPerSecond,
                        size.Width,
                        size.Height
                    )
                );
            }
        }

        return pairs.ToImmutable();
    }
}
