using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Rewriting;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Rtp.Dependencies;

namespace Edge.Forwarding.Tracks;

/// <content>Layers within the stream of one encoding: which are left out, and what is rewritten for it.</content>
public sealed partial class Subscription
{
    private LayerThinner? _thinner;
    private SentNotes? _notes;
    private ushort _lastFrame;
    private bool _hasFrames;

    /// <summary>The highest spatial layer wanted within an encoding; -1 when all are.</summary>
    public int MaxSpatial { get; private set; } = -1;

    /// <summary>The highest temporal layer wanted within an encoding; -1 when all are.</summary>
    public int MaxTemporal { get; private set; } = -1;

    /// <summary>The highest layers of the encoding that are sent; <see cref="LayerCell.All"/> where nothing
    /// is left out.</summary>
    public LayerCell SentLayers => _thinner?.Cell ?? LayerCell.All;

    /// <summary>Whether only a key frame of the current layer gives the viewer what it is to have.</summary>
    internal bool WantsKeyFrame => _thinner is { WantsKeyFrame: true };

    /// <summary>The highest layers within an encoding that its viewer chose, whatever there is room for;
    /// <see cref="LayerCell.All"/> when it leaves the choice to the server.</summary>
    internal LayerCell ChosenLayers { get; private set; } = LayerCell.All;

    /// <summary>Notes what its viewer chose, which holds from now on; -1 for no choice.</summary>
    internal void ChooseLayers(int spatial, int temporal)
    {
        ChosenLayers = new LayerCell(Clip(spatial), Clip(temporal));
        Limit(spatial, temporal);
    }

    /// <summary>Sets the highest layers wanted, while detached; else <see cref="Track.SetLayerCap"/> does.</summary>
    public void Limit(int spatial, int temporal)
    {
        MaxSpatial = spatial;
        MaxTemporal = temporal;
        var cap = new LayerCell(Clip(spatial), Clip(temporal));
        if (_thinner is null)
        {
            if (cap == LayerCell.All)
            {
                return;
            }

            _thinner = new LayerThinner();
            _notes = new SentNotes();
        }

        _thinner.Cap = cap;
    }

    /// <summary>Sets the highest layers that there is room for; -1 for all. What its viewer chose stays the most: it
    /// also holds while nothing is known of the layers, and from there on.</summary>
    internal void LimitWithinChosen(int spatial, int temporal) =>
        Limit(Lower(spatial, ChosenLayers.Spatial), Lower(temporal, ChosenLayers.Temporal));

    private static int Lower(int given, byte chosen) => chosen < Clip(given) ? chosen : given;

    private static byte Clip(int layer) =>
        (byte)(layer is < 0 or >= LayerCell.LayersMax ? LayerCell.LayersMax - 1 : layer);

    [HotPath]
    private bool TryMapThinned(
        PacketView view,
        bool isGap,
        out long extendedOut,
        out RewriteRun run
    )
    {
        ref readonly var entry = ref view.Entry;
        ref readonly var packet = ref entry.Packet;
        var facts = view.Facts.Flags == FrameFlags.None ? FrameFacts.OfVp8(entry) : view.Facts;
        if (
            packet.IsPaddingOnly
            || isGap
            || !_sequences.IsNew(packet.Layer, packet.SourceEpoch, packet.ExtendedSequence)
        )
        {
            var isMapped = packet.IsPaddingOnly
                ? TryMap(packet, isGap, out extendedOut, out run)
                : TryMapLate(entry, facts, out extendedOut, out run);
            NoteGiven(_thinner!.PictureShift);
            return isMapped;
        }

        // What is missing before the packet lies before its picture.
        var shift = _thinner!.PictureShift;
        var verdict = _thinner.Judge(facts, entry);
        if (verdict == ThinningVerdict.Forward)
        {
            TryMap(packet, isGap, out extendedOut, out run);
            NoteGiven(shift);
            NoteMarker(facts, packet.Timestamp, extendedOut);
            return true;
        }

        DropNew(packet, verdict);
        NoteGiven(shift);
        extendedOut = 0;
        run = default;
        return false;
    }

    private void DropNew(in TrackPacket packet, ThinningVerdict verdict)
    {
        var number = packet.ExtendedSequence;
        if (verdict == ThinningVerdict.DropWithGap)
        {
            _sequences.DropWithGap(number);
        }
        else
        {
            _sequences.TryDrop(packet.Layer, packet.SourceEpoch, number, out _, out _);
        }
    }

    private void NoteGiven(ushort pictureShift)
    {
        if (_sequences.IsStarted)
        {
            _notes!.Begin(_sequences.Current.LastOut, pictureShift);
        }
    }

    /// <summary>A late packet has a number or none. Whether one of an earlier run was wanted then nobody
    /// knows any more; a key frame came since, so its number is filled.</summary>
    private bool TryMapLate(
        in CachedPacket entry,
        in FrameFacts facts,
        out long extendedOut,
        out RewriteRun run
    )
    {
        ref readonly var packet = ref entry.Packet;
        if (
            !_sequences.TryMapReserved(
                packet.Layer,
                packet.SourceEpoch,
                packet.ExtendedSequence,
                out extendedOut,
                out run
            ) || _sequences.WasSent(extendedOut)
        )
        {
            return false;
        }

        if (extendedOut < _stretchFirstOut || !_thinner!.JudgeLate(facts, entry))
        {
            _notes!.SetFilled(extendedOut);
            return true;
        }

        NoteMarker(facts, packet.Timestamp, extendedOut);
        return true;
    }

    private void NoteMarker(in FrameFacts facts, uint timestamp, long extendedOut)
    {
        if (_thinner!.EndsPicture(facts, timestamp))
        {
            _notes!.SetMarker(extendedOut);
        }
    }

    private bool HasMarker(long extendedOut) => _notes?.HasMarker(extendedOut) ?? false;

    private bool IsFilled(long extendedOut) => _notes?.IsFilled(extendedOut) ?? false;

    private PictureIndexes PicturesOf(in CachedPacket entry, in RewriteRun run, long extendedOut)
    {
        var shift = _notes?.ShiftOf(extendedOut) ?? 0;
        return run.Pictures.Apply(entry.Vp8, entry.PictureId - shift);
    }

    /// <summary>Frames count on behind the last one sent.</summary>
    private ushort FrameOffsetOf(in FrameFacts first) =>
        _hasFrames ? unchecked((ushort)(first.Frame - _lastFrame - 1)) : (ushort)0;

    private void NoteFrame(in FrameFacts facts, in RewriteRun run)
    {
        var sent = unchecked((ushort)(facts.Frame - run.FrameOffset));
        if (
            facts.Has(FrameFlags.Described)
            && (!_hasFrames || unchecked((short)(sent - _lastFrame)) > 0)
        )
        {
            _hasFrames = true;
            _lastFrame = sent;
        }
    }

    /// <summary>What differs in the viewer's copy of the descriptor: the frame's number, and which targets
    /// are active where that is said or has changed for the viewer.</summary>
    private DescriptorEdit Edit(PacketView view, in RewriteRun run)
    {
        ref readonly var facts = ref view.Facts;
        if (!facts.Has(FrameFlags.Described))
        {
            return default;
        }

        var edit = new DescriptorEdit { IsCarried = true, FrameOffset = run.FrameOffset };
        if (_thinner is null || !facts.Has(FrameFlags.Known | FrameFlags.Starts))
        {
            return edit;
        }

        var cell = _thinner.CellAt(view.Entry.Packet.Timestamp, out var isChange);
        return cell != LayerCell.All && (isChange || facts.Has(FrameFlags.Mask))
            ? edit with
            {
                ActiveTargets = facts.ActiveWithin(cell),
                MaskOffset = facts.MaskOffset,
                TargetCount = facts.TargetCount,
            }
            : edit;
    }
}
