using Edge.Forwarding.KeyFrames;
using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>Decides which frames of a stream with layers one viewer gets.</summary>
/// <remarks>
/// Down goes at the next picture, up where the stream says that it can be decoded: a switch indication
/// whose references and chain all went out, VP8's Y, VP9's U, else a key frame. Whatever an encoder says,
/// no frame goes out that refers to one that was left out. Two exceptions to "down at once": in structures
/// whose spatial layers part after a key frame (L3T3_KEY) a lower layer's pictures were not sent, so the
/// present layer goes on, at the wanted temporal layer, until the key frame that is asked for comes. And a
/// packet whose layers are not known goes out.
/// All changes are made between pictures: only then is it true that the packet marked as the picture's
/// last was it.
/// Owner: the subscription makes one with its first cap; it stays. Source: AV1 RTP specification, appendix
/// A; RFC 7741 §4.2; RFC 9628 §4.2; conservative behind gaps as LiveKit and mediasoup are.
/// </remarks>
internal sealed partial class LayerThinner
{
    private readonly FrameLedger _ledger = new();
    private ChainStates _chains;
    private CellHistory _history;
    private LayerCell _cap = LayerCell.All;
    private LayerCell _cell = LayerCell.All;
    private uint _timestamp;
    private ushort _frame;
    private uint _keyTimestamp;
    private bool _hasKey;
    private bool _hasFrame;
    private bool _isForwarded;
    private bool _isBroken;
    private bool _isTooLow;

    /// <summary>Makes one that lets everything pass.</summary>
    public LayerThinner()
    {
        _history.Restart(LayerCell.All);
    }

    /// <summary>The highest layers wanted.</summary>
    public LayerCell Cap
    {
        get => _cap;
        set => _cap = value;
    }

    /// <summary>The highest layers sent.</summary>
    public LayerCell Cell => _cell;

    /// <summary>Whether only a key frame gives the viewer what it is to have.</summary>
    public bool WantsKeyFrame => _isBroken || _isTooLow;

    /// <summary>How many VP8 pictures were left out in the run, on their circle of 2^15.</summary>
    public ushort PictureShift { get; private set; }

    /// <summary>A run begins, at a key frame or wherever one cannot be told.</summary>
    public void Restart()
    {
        _ledger.Clear();
        _chains.Reset();
        _cell = LayerCell.All;
        _history.Restart(LayerCell.All);
        _hasFrame = false;
        _hasKey = false;
        _isBroken = false;
        _isTooLow = false;
        PictureShift = 0;
    }

    /// <summary>Judges a packet that came in order.</summary>
    [HotPath]
    public ThinningVerdict Judge(in FrameFacts facts, in CachedPacket entry)
    {
        if (!facts.Has(FrameFlags.Known))
        {
            NoteUnknown(facts);
            return ThinningVerdict.Forward;
        }

        var timestamp = entry.Packet.Timestamp;
        if (_hasFrame && facts.Frame == _frame && timestamp == _timestamp)
        {
            return _isForwarded ? ThinningVerdict.Forward : ThinningVerdict.DropWithGap;
        }

        Adapt(facts, timestamp);
        _hasFrame = true;
        _frame = facts.Frame;
        _timestamp = timestamp;
        _isForwarded = Decide(facts, entry);
        return _isForwarded ? ThinningVerdict.Forward : ThinningVerdict.Drop;
    }

    /// <summary>Judges a packet that came late and has a number: whether it is sent, else the number is
    /// filled.</summary>
    [HotPath]
    public bool JudgeLate(in FrameFacts facts, in CachedPacket entry)
    {
        if (!facts.Has(FrameFlags.Known))
        {
            return IsWantedBlindly(facts);
        }

        if (facts.Has(FrameFlags.Key | FrameFlags.ByDescriptor))
        {
            StartLate(facts, entry.Packet.Timestamp);
            return true;
        }

        var fate = facts.Has(FrameFlags.Numbered) ? _ledger.FateOf(facts.Frame) : FrameFate.Unknown;
        if (fate != FrameFate.Unknown)
        {
            return fate == FrameFate.Forwarded;
        }

        var cell = _history.At(entry.Packet.Timestamp, out _);
        var isSent =
            facts.Has(FrameFlags.Key)
            || (IsMember(facts, entry, cell) && !RefersTo(facts, FrameFate.Dropped))
            || KeepsPicturesTogether(facts, entry, cell);
        if (facts.Has(FrameFlags.Numbered))
        {
            _ledger.Mark(facts.Frame, isSent);
        }

        return isSent;
    }

    /// <summary>Whether a packet that is sent is the last of its picture for this viewer.</summary>
    [HotPath]
    public bool EndsPicture(in FrameFacts facts, uint timestamp) =>
        facts.Has(FrameFlags.Known | FrameFlags.Ends)
        && facts.Cell.Spatial == _history.At(timestamp, out _).Spatial;

    /// <summary>The publisher's timestamps jumped: what was sent before is not told apart by them.</summary>
    public void HandleClockJump() => _history.Restart(_cell);

    /// <summary>What is sent of a picture, and whether it is the first of which that is.</summary>
    [HotPath]
    public LayerCell CellAt(uint timestamp, out bool isChange) =>
        _history.At(timestamp, out isChange);

    /// <summary>Changes the layers taken where a new frame allows it.</summary>
    private void Adapt(in FrameFacts facts, uint timestamp)
    {
        var isByDescriptor = facts.Has(FrameFlags.ByDescriptor);
        if (isByDescriptor && !facts.Has(FrameFlags.Detailed))
        {
            return;
        }

        if (isByDescriptor)
        {
            _chains.HandleFrame(facts, _ledger);
        }

        if (facts.Has(FrameFlags.Key))
        {
            StartAtKey(facts, timestamp);
        }
        else if (!_hasFrame || timestamp != _timestamp)
        {
            Take(isByDescriptor ? NextByDescriptor(facts) : NextByPayload(facts), timestamp);
        }
        else if (isByDescriptor && facts.Cell.Spatial == _cell.Spatial)
        {
            // Where spatial layers build on each other, only the top one's frame says that one may go up.
            Take(RaisedWithinPicture(facts), timestamp);
        }
    }

    /// <summary>A frame whose structure is not here yet goes out, and later ones may refer to it.</summary>
    private void NoteUnknown(in FrameFacts facts)
    {
        if (facts.Has(FrameFlags.Described) && !_ledger.TryFind(facts.Frame, out _))
        {
            _ledger.Mark(facts.Frame, isForwarded: true);
        }
    }

    /// <summary>Whether a late packet of unknown layers is sent: as its frame was. Others of a structure that
    /// never came were sent too.</summary>
    private bool IsWantedBlindly(in FrameFacts facts) =>
        !facts.Has(FrameFlags.Described)
        || !_ledger.TryFind(facts.Frame, out var wasSent)
        || wasSent;

    /// <summary>The structure of a key frame came behind other packets of it, all of which went out because
    /// nobody knew what they were: from there everything was sent.</summary>
    private void StartLate(in FrameFacts facts, uint timestamp)
    {
        _ledger.Mark(facts.Frame, isForwarded: true);
        _chains.Reset();
        _isBroken = false;
        _isTooLow = false;
        Take(LayerCell.All, timestamp);
    }

    private void StartAtKey(in FrameFacts facts, uint timestamp)
    {
        _isBroken = false;
        _isTooLow = false;
        _hasKey = true;
        _keyTimestamp = timestamp;
        Take(
            facts.Has(FrameFlags.ByDescriptor) ? LayerCell.Best(facts.Present, _cap) : _cap,
            timestamp
        );
    }

    private void Take(LayerCell cell, uint timestamp)
    {
        if (cell != _cell)
        {
            _cell = cell;
            _history.Add(timestamp, cell);
        }
    }

    private bool Decide(in FrameFacts facts, in CachedPacket entry)
    {
        var isNumbered = facts.Has(FrameFlags.Numbered);
        if (isNumbered && _ledger.TryFind(facts.Frame, out var wasSent))
        {
            return wasSent;
        }

        var isMember = IsMember(facts, entry, _cell);
        var isSent =
            isMember
            && !RefersTo(facts, FrameFate.Dropped)
            && (!_isBroken || IsKnownDecodable(facts));
        _isBroken |= isMember && !isSent && facts.Cell.Temporal == 0;
        _isTooLow |= IsAboveButWanted(facts);
        if (isNumbered)
        {
            _ledger.Mark(facts.Frame, isSent);
        }

        if (!isSent && entry.Vp8.HasPictureId)
        {
            PictureShift++;
        }

        return isSent;
    }

    /// <summary>Whether a frame is part of a pair. Of a key picture all that lies below is: where the frame's
    /// own indications were lost with its first packet, its template may be one of later pictures.</summary>
    private bool IsMember(in FrameFacts facts, in CachedPacket entry, LayerCell cell) =>
        facts.IsPartOf(cell)
        || (
            _hasKey
            && entry.Packet.Timestamp == _keyTimestamp
            && facts.Has(FrameFlags.ByDescriptor)
            && !facts.Has(FrameFlags.Detailed)
            && cell.Covers(facts.Cell)
        );

    /// <summary>Whether a frame refers to nothing that is missing. Behind a hole of our own that is asked for;
    /// else what upstream lost may still come.</summary>
    private bool IsKnownDecodable(in FrameFacts facts) =>
        !facts.Has(FrameFlags.ByDescriptor)
        || (facts.Has(FrameFlags.Detailed) && !RefersTo(facts, FrameFate.Unknown));

    /// <summary>Whether a frame refers to one of a fate.</summary>
    private bool RefersTo(in FrameFacts facts, FrameFate fate)
    {
        for (var index = 0; index < facts.ReferenceCount; index++)
        {
            var frame = unchecked((ushort)(facts.Frame - facts.References[index]));
            if (_ledger.FateOf(frame) == fate)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A VP8 picture that was lost whole kept its picture id; receivers without a dependency
    /// descriptor hold back later pictures until it comes (libwebrtc's VP8 reference finder). So one of
    /// the next temporal layer, which may be decoded, is sent though nobody asked for it.</summary>
    private bool KeepsPicturesTogether(
        in FrameFacts facts,
        in CachedPacket entry,
        LayerCell cell
    ) =>
        entry.Vp8.HasPictureId
        && facts.Cell.Temporal == cell.Temporal + 1
        && (
            facts.Has(FrameFlags.ByDescriptor)
                ? IsDecodable(facts)
                : (facts.Flags & (FrameFlags.Sync | FrameFlags.Discardable)) != FrameFlags.None
        );

    private bool IsDecodable(in FrameFacts facts) =>
        !facts.Has(FrameFlags.ManyReferences)
        && !RefersTo(facts, FrameFate.Dropped)
        && !RefersTo(facts, FrameFate.Unknown);
}
