using Edge.Forwarding.Allocation;
using Edge.Forwarding.State;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.State;

namespace Edge.Forwarding.Downlinks;

/// <content>What another process needs to go on dividing as before.</content>
public sealed partial class Downlink
{
    private const int SharesMax = 1 << 12;
    private const int Values = 6;
    private const int StatsValues = 5;

    /// <summary>The share of a subscription; null when it has none.</summary>
    public TrackShare? Find(Subscription subscription) =>
        _shares.Find(share => ReferenceEquals(share.Subscription, subscription));

    /// <summary>Writes it, after <see cref="Flush"/>: what waited is sent. What its pace allows just now, and a test of the
    /// network that is being sent, are left out.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="subscriptions">The viewer's subscriptions, in the order in which they will be given to
    /// <see cref="TryRead"/>. A share of another one is left out.</param>
    public void Write(StateWriter writer, ReadOnlySpan<Subscription> subscriptions)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (WaitingCount > 0)
        {
            throw new InvalidOperationException("What waits is to be sent first.");
        }

        var outer = writer.Begin();
        writer.Moment(_heardAt);
        writer.AddedRate(_given);
        writer.AddedRate(_joinPace);
        writer.Moment(_allocatesAt);
        WriteStats(writer);
        var shares = writer.Begin();
        foreach (var share in _shares)
        {
            var index = subscriptions.IndexOfReference(share.Subscription);
            if (index >= 0)
            {
                var group = writer.Begin();
                writer.UInt((ulong)index);
                share.Write(writer);
                writer.End(group);
            }
        }

        writer.End(shares);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense. It says at once how much is wanted of the network.</summary>
    /// <param name="reader">Gives it.</param>
    /// <param name="bandwidth">What the viewer's network carries, as it was restored.</param>
    /// <param name="room">Where the shard's packets wait.</param>
    /// <param name="subscriptions">The subscriptions as they were restored, in the order of <see cref="Write"/>.</param>
    public static Downlink? TryRead(
        ref StateReader reader,
        SendBandwidth bandwidth,
        WaitingRoom room,
        ReadOnlySpan<Subscription> subscriptions
    )
    {
        var outer = reader.BeginWhole(Values);
        var downlink = new Downlink(bandwidth, room)
        {
            _heardAt = reader.Moment(),
            _given = reader.AddedRate(),
            _joinPace = reader.AddedRate(),
            _allocatesAt = reader.Moment(),
            _stats = ReadStats(ref reader),
        };
        var shares = reader.Begin(SharesMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            downlink.ReadShare(ref reader, subscriptions);
        }

        reader.End(shares);
        reader.End(outer);
        return reader.IsBroken ? null : downlink;
    }

    private void ReadShare(ref StateReader reader, ReadOnlySpan<Subscription> subscriptions)
    {
        var group = reader.BeginWhole(2);
        var index = reader.Int32(SharesMax);
        if (
            reader.IsBroken
            || index >= subscriptions.Length
            || Find(subscriptions[index]) is not null
        )
        {
            reader.Break();
            return;
        }

        var share = TrackShare.Read(ref reader, subscriptions[index]);
        reader.End(group);
        // They were in order; one that is not goes to its place.
        Insert(share);
    }

    private void WriteStats(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(_stats.Held);
        writer.Int(_stats.ThrownAway);
        writer.Int(_stats.Probes);
        writer.Int(_stats.Changes);
        writer.Int(_stats.Allocations);
        writer.End(outer);
    }

    private static DownlinkStats ReadStats(ref StateReader reader)
    {
        var outer = reader.BeginWhole(StatsValues);
        var stats = new DownlinkStats
        {
            Held = reader.Count(),
            ThrownAway = reader.Count(),
            Probes = reader.Count(),
            Changes = reader.Count(),
            Allocations = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
