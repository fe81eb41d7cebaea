using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;

namespace Edge.Mesh.Demand;

/// <summary>What is wanted of one owner for one app, and what of it has to be said.</summary>
internal sealed class DemandLetter
{
    private readonly HashSet<WatchedTrack> _tracks = [];
    private readonly HashSet<WatchedTrack> _unsaid = [];
    private readonly HashSet<TrackToken> _goodbyes = [];

    /// <summary>The tracks.</summary>
    public IReadOnlyCollection<WatchedTrack> Tracks => _tracks;

    /// <summary>When the next message is due.</summary>
    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>When everything is said again.</summary>
    public Instant RepeatAt { get; private set; } = Instant.Never;

    /// <summary>When, at the earliest, a track gives up layers.</summary>
    public Instant ReleaseAt { get; set; } = Instant.Never;

    /// <summary>Whether the next message says everything, so that what it does not name is not wanted.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether nothing is wanted and everything was said.</summary>
    public bool IsDone => _tracks.Count == 0 && !DueAt.IsSet;

    /// <summary>When something is due.</summary>
    public Instant PollTimeout() => Instant.Min(DueAt, Instant.Min(RepeatAt, ReleaseAt));

    /// <summary>Adds a track; from now on all is said again, also where nothing was wanted for a while.</summary>
    public void Add(WatchedTrack track, Instant now)
    {
        RepeatAt = Instant.Min(RepeatAt, now + MeshTimes.DemandInterval);
        _tracks.Add(track);
        _goodbyes.Remove(track.Token);
    }

    /// <summary>Removes a track, and has its owner told.</summary>
    public void Remove(WatchedTrack track, Instant now)
    {
        _tracks.Remove(track);
        _unsaid.Remove(track);
        _goodbyes.Add(track.Token);
        DueAt = Instant.Min(DueAt, now + MeshTimes.DemandDelay);
    }

    /// <summary>Removes a track whose owner is not to be told: another one has it now.</summary>
    public void Forget(WatchedTrack track)
    {
        _tracks.Remove(track);
        _unsaid.Remove(track);
    }

    /// <summary>Has something of a track said.</summary>
    public void Say(WatchedTrack track, Instant now)
    {
        if (track.IsUnsaid)
        {
            return;
        }

        _unsaid.Add(track);
        DueAt = Instant.Min(DueAt, now + MeshTimes.DemandDelay);
    }

    /// <summary>Has everything said again.</summary>
    public void RepeatAll(Instant now)
    {
        RepeatAt = _tracks.Count == 0 ? Instant.Never : now + MeshTimes.DemandInterval;
        foreach (var track in _tracks)
        {
            if (!track.IsUnsaid)
            {
                _unsaid.Add(track);
            }
        }

        IsWhole = _tracks.Count <= MeshLimits.DemandEntriesMax;
        if (IsWhole)
        {
            _goodbyes.Clear();
        }

        DueAt = _unsaid.Count > 0 || _goodbyes.Count > 0 ? now : Instant.Never;
    }

    /// <summary>Writes what was not said yet, as much as fits; the rest stays due.</summary>
    public void Write(ref MeshDemandWriter writer)
    {
        IsWhole = false;
        foreach (var token in _goodbyes)
        {
            if (!writer.TryAddEntry(new MeshDemandEntry(token, 0, 0)))
            {
                return;
            }

            _goodbyes.Remove(token);
        }

        foreach (var track in _unsaid)
        {
            var layers = track.Taken | MeshDemandEntry.WatchedBit;
            var entry = new MeshDemandEntry(track.Token, layers, track.KeyFrames)
            {
                Ceiling = track.Ceiling,
                IsNarrow = track.IsNarrow,
            };
            if (!writer.TryAddEntry(entry))
            {
                return;
            }

            track.KeyFrames = 0;
            _unsaid.Remove(track);
        }

        DueAt = Instant.Never;
    }
}
