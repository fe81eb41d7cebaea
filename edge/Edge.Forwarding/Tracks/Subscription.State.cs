using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Rewriting;
using Edge.Forwarding.State;
using Edge.Forwarding.Thinning;
using Edge.Wire.State;

namespace Edge.Forwarding.Tracks;

/// <content>Subscriptions that go on in another process.</content>
public sealed partial class Subscription
{
    private const int Groups = 6;
    private const int SendingValues = 14;
    private const int ChoiceValues = 13;
    private const int PlaceValues = 12;
    private const int ThinningValues = 5;

    private Subscription(SequenceRewriter sequences, TimestampRewriter timestamps)
    {
        _sequences = sequences;
        _timestamps = timestamps;
    }

    /// <summary>Whether it came from another process, and nobody said yet what its publisher is called here.</summary>
    internal bool IsUprooted { get; private set; }

    /// <summary>The publisher that its state is about, or -1: what it was sent of others cannot be sent again.</summary>
    private int Followed =>
        IsUprooted || State != SubscriptionState.Waiting ? Epoch
        : Track is { HasSource: true } track ? track.SourceEpoch
        : -1;

    /// <summary>Writes all that another process needs to go on with it; nothing may be sent of it afterwards, or two
    /// packets would get one number.</summary>
    /// <remarks>
    /// Call it while it is attached, and after what waits in its <see cref="Downlinks.Downlink"/> was flushed: waiting packets have
    /// their numbers already. Size: about 500 bytes, with layers left out up to 3 KB. Not written: <see cref="Owner"/>.
    /// </remarks>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        _sequences.Write(writer, Followed);
        _timestamps.Write(writer);
        WriteSending(writer);
        WriteChoice(writer);
        WritePlace(writer);
        WriteThinning(writer);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense.</summary>
    /// <remarks>Say by <see cref="Follow"/> what its publisher is called here before it is attached; else it begins anew,
    /// as with another publisher.</remarks>
    public static Subscription? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Groups);
        var sequences = SequenceRewriter.TryRead(ref reader);
        var timestamps = TimestampRewriter.Read(ref reader);
        if (sequences is null || reader.IsBroken)
        {
            return null;
        }

        var subscription = new Subscription(sequences, timestamps) { IsUprooted = true };
        subscription.ReadSending(ref reader);
        subscription.ReadChoice(ref reader);
        subscription.ReadPlace(ref reader);
        subscription.ReadThinning(ref reader);
        reader.End(outer);
        return reader.IsBroken || !subscription.MakesSense() ? null : subscription;
    }

    /// <summary>Says, before it is attached, what the publisher that it followed in the other process is called here.</summary>
    /// <param name="sourceEpoch">The epoch of the track's packets here. The extended sequence numbers of its layers, and
    /// which layer has which index, have to be the same as there.</param>
    public void Follow(ushort sourceEpoch)
    {
        if (IsUprooted)
        {
            IsUprooted = false;
            Epoch = sourceEpoch;
            _sequences.Follow(sourceEpoch);
        }
    }

    /// <summary>What is sent while it does not wait is of the run's own layer, and what was noted lies within what was
    /// given.</summary>
    private bool MakesSense()
    {
        var isPlaced =
            State == SubscriptionState.Waiting
            || (_sequences.IsStarted && _sequences.Current.Layer == CurrentLayer);
        return isPlaced && (_thinner is null) == (_notes is null);
    }

    private void WriteSending(StateWriter writer)
    {
        var outer = writer.Begin();
        _lastPictures.Write(writer);
        writer.Int(_lastPictureOut);
        writer.Bool(_hasShortPictures);
        writer.Int(_stretchFirstOut);
        writer.Int(_previousStretchFirstOut);
        writer.Int(_startedFirstOut);
        writer.Int(_leftOutUpTo);
        writer.Bool(_leftTimestamp is not null);
        writer.UInt(_leftTimestamp ?? 0);
        writer.UInt(_timestampAtSwitch);
        writer.UInt(_keyFrameTimestamp);
        writer.UInt(_clockRate);
        writer.Int(PacketsSent);
        writer.Int(KeyFramesSent);
        writer.End(outer);
    }

    private void ReadSending(ref StateReader reader)
    {
        var outer = reader.BeginWhole(SendingValues);
        _lastPictures = PictureIndexes.Read(ref reader);
        _lastPictureOut = reader.Sequence();
        _hasShortPictures = reader.Bool();
        _stretchFirstOut = reader.Sequence();
        _previousStretchFirstOut = reader.Sequence();
        _startedFirstOut = reader.Sequence();
        _leftOutUpTo = reader.Sequence();
        var hasLeft = reader.Bool();
        var left = reader.UInt32();
        _leftTimestamp = hasLeft ? left : null;
        _timestampAtSwitch = reader.UInt32();
        _keyFrameTimestamp = reader.UInt32();
        _clockRate = (uint)reader.Int(1, uint.MaxValue);
        PacketsSent = reader.Count();
        KeyFramesSent = reader.Count();
        reader.End(outer);
    }

    private void WriteChoice(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(TakesTelephoneEvents);
        writer.Bool(IsHeldBack);
        writer.Bool(IsPaused);
        writer.Bool(IsStarved);
        writer.Rid(PreferredRid);
        writer.UInt((ulong)Fallback);
        writer.Bool(MayStepDown);
        writer.Int(CurrentLayer);
        writer.Int(TargetLayer);
        writer.Int(WishedLayer);
        writer.Int(AllocatedLayer);
        writer.Int(DormantLayer);
        writer.UInt((ulong)State);
        writer.End(outer);
    }

    private void ReadChoice(ref StateReader reader)
    {
        var outer = reader.BeginWhole(ChoiceValues);
        TakesTelephoneEvents = reader.Bool();
        IsHeldBack = reader.Bool();
        IsPaused = reader.Bool();
        IsStarved = reader.Bool();
        PreferredRid = reader.Rid();
        Fallback = (LayerFallback)reader.Int32((int)LayerFallback.Alphabetical);
        MayStepDown = reader.Bool();
        CurrentLayer = reader.Layer();
        TargetLayer = reader.Layer();
        WishedLayer = reader.Layer();
        AllocatedLayer = reader.Layer();
        DormantLayer = reader.Layer();
        State = (SubscriptionState)reader.Int32((int)SubscriptionState.Moved);
        reader.End(outer);
    }

    private void WritePlace(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(Cursor);
        writer.Int(BurstPackets);
        writer.Moment(WaitingSince);
        writer.Moment(StartedAt);
        writer.Int(RestartedFrom);
        writer.Bool(IsRestartWanted);
        writer.Bool(IsBacklogged);
        writer.Int(ThrownUpTo);
        writer.Moment(_retransmittingSince);
        writer.Int(_retransmissions);
        writer.Bool(_hasFrames);
        writer.UInt(_lastFrame);
        writer.End(outer);
    }

    private void ReadPlace(ref StateReader reader)
    {
        var outer = reader.BeginWhole(PlaceValues);
        Cursor = reader.Sequence();
        BurstPackets = reader.Int32(ushort.MaxValue);
        WaitingSince = reader.Moment();
        StartedAt = reader.Moment();
        RestartedFrom = reader.Sequence(min: -1);
        IsRestartWanted = reader.Bool();
        IsBacklogged = reader.Bool();
        ThrownUpTo = reader.Sequence(min: -1);
        _retransmittingSince = reader.Moment();
        _retransmissions = reader.Int32(int.MaxValue);
        _hasFrames = reader.Bool();
        _lastFrame = reader.UInt16();
        reader.End(outer);
    }

    private void WriteThinning(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(MaxSpatial);
        writer.Int(MaxTemporal);
        writer.Cell(ChosenLayers);
        if (_thinner is null || _notes is null)
        {
            writer.Nothing();
            writer.Nothing();
        }
        else
        {
            _thinner.Write(writer);
            _notes.Write(writer);
        }

        writer.End(outer);
    }

    private void ReadThinning(ref StateReader reader)
    {
        var outer = reader.BeginWhole(ThinningValues);
        MaxSpatial = (int)reader.Int(-1, int.MaxValue);
        MaxTemporal = (int)reader.Int(-1, int.MaxValue);
        ChosenLayers = reader.Cell();
        _thinner = reader.IsNothing() ? null : LayerThinner.Read(ref reader);
        _notes = reader.IsNothing() ? null : SentNotes.Read(ref reader);
        reader.End(outer);
    }
}
