using Edge.Mesh.Feeds;
using Edge.Mesh.Paths;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Mesh.Tests.Feeds;

/// <summary>Frames of another node's track, read.</summary>
public sealed class FeedIntakeTests
{
    private static readonly NtpTimestamp Wall = NtpTimestamp.FromUnixTime(
        TimeSpan.FromDays(20_000)
    );

    private readonly FeedIntake _intake = new();
    private readonly Record _record = new();
    private readonly byte[] _frame = new byte[MeshLimits.FrameBytesMax];
    private Instant _now = Instant.Zero;
    private MeshOwner? _owner;

    [Fact]
    public void Handle_FirstFrame_BeginsTheSourceAndBringsStateAndPackets()
    {
        Assert.Equal(FeedOutcome.Taken, Handle(number: 1, isDescribed: true));

        Assert.Equal(["begin VP8", "state 0: on", "packet 0: 7"], _record.Events);
    }

    /// <summary>A frame that came before what the track is was said: its packets cannot be read.</summary>
    [Fact]
    public void Handle_FirstFrameSaysNothingOfTheTrack_IsDroppedAndAKeyFrameWanted()
    {
        Assert.Equal(FeedOutcome.Dropped, Handle(number: 1, isDescribed: false));
        Assert.Equal(["key frame 0"], _record.Events);

        Assert.Equal(FeedOutcome.Taken, Handle(number: 2, isDescribed: true));
    }

    [Fact]
    public void Handle_FrameMissing_WantsAKeyFrameAndGoesOn()
    {
        Handle(number: 1, isDescribed: true);
        _record.Events.Clear();

        Assert.Equal(FeedOutcome.Taken, Handle(number: 3, isDescribed: false));

        Assert.Equal(["state 0: ", "packet 0: 7", "key frame 0"], _record.Events);
    }

    /// <summary>A key frame that is whole heals what is missing before it.</summary>
    [Fact]
    public void Handle_FrameMissingBeforeAWholeKeyFrame_WantsNone()
    {
        Handle(number: 1, isDescribed: true);
        _record.Events.Clear();

        Handle(
            number: 3,
            isDescribed: false,
            flags: MeshPacketFlags.KeyFrameStart | MeshPacketFlags.Marker
        );

        Assert.Equal(["state 0: ", "packet 0: 7"], _record.Events);
    }

    /// <summary>A key frame's first packet came late, by repair, and what is missing may be its rest.</summary>
    [Fact]
    public void Handle_FrameMissingBeforePartOfAKeyFrame_WantsAnother()
    {
        Handle(number: 1, isDescribed: true);
        _record.Events.Clear();

        Handle(number: 3, isDescribed: false, flags: MeshPacketFlags.KeyFrameStart);

        Assert.Equal(["state 0: ", "packet 0: 7", "key frame 0"], _record.Events);
    }

    /// <summary>The same for a part that came before it was said what the track is.</summary>
    [Fact]
    public void Handle_PartOfAKeyFrameAfterADroppedFrame_WantsAnother()
    {
        Handle(number: 1, isDescribed: false);
        _record.Events.Clear();

        Handle(number: 2, isDescribed: true, flags: MeshPacketFlags.KeyFrameStart);

        Assert.Equal(["begin VP8", "state 0: on", "packet 0: 7", "key frame 0"], _record.Events);
    }

    /// <summary>What was dropped is in the cache that comes behind it.</summary>
    [Fact]
    public void Handle_CacheThatReachesBehindADroppedFrame_HealsIt()
    {
        Handle(number: 1, isDescribed: false);
        Handle(number: 0, isDescribed: true, after: 1);
        _record.Events.Clear();

        Handle(number: 2, isDescribed: false);

        Assert.Equal(["state 0: ", "packet 0: 7"], _record.Events);
    }

    /// <summary>What operators see of a link between PoPs.</summary>
    [Fact]
    public void Handle_FramesMissingLateAndTooLate_AreCountedOfTheirPop()
    {
        var peer = new PeerPops().Of(2);
        _intake.Path = new PathMeter(peer);
        Handle(number: 1, isDescribed: true);
        Handle(number: 4, isDescribed: false);
        Assert.Equal((2L, 0L), (peer.FramesLost, peer.FramesRepaired));

        Handle(number: 2, isDescribed: false);
        Handle(number: 2, isDescribed: false);
        Handle(number: 5, isDescribed: false, lateMs: 600);

        Assert.Equal((2L, 1L, 1L), (peer.FramesLost, peer.FramesRepaired, peer.FramesTooLate));
        Assert.Equal((5L, 5L), (peer.FramesIn, peer.PacketsIn));
        Assert.True(peer.BytesIn > 5 * 20);
    }

    /// <summary>Numbers are the sender's: of a gap as long as it likes no more counts than could still come.</summary>
    [Fact]
    public void Handle_HugeGap_CountsNoMoreThanIsRemembered()
    {
        var peer = new PeerPops().Of(2);
        _intake.Path = new PathMeter(peer);
        Handle(number: 1, isDescribed: true);

        Handle(number: ulong.MaxValue, isDescribed: false);

        Assert.Equal(63, peer.FramesLost);
    }

    [Fact]
    public void Handle_LaterThanMediaIsWorth_IsDroppedAndAKeyFrameWanted()
    {
        Handle(number: 1, isDescribed: true);
        _record.Events.Clear();

        Assert.Equal(FeedOutcome.Dropped, Handle(number: 2, isDescribed: true, lateMs: 600));

        Assert.Equal(["key frame 0"], _record.Events);
    }

    [Fact]
    public void Handle_CodecThatCannotBeTaken_IsDropped()
    {
        _record.Takes = false;

        Assert.Equal(FeedOutcome.Dropped, Handle(number: 1, isDescribed: true));
        Assert.Equal(["begin VP8", "key frame 0"], _record.Events);
    }

    [Fact]
    public void Handle_GoneForGood_IsTheEndWhateverCameBefore()
    {
        var state = new byte[MeshTrackState.BytesMax];
        var length = MeshTrackState.Write(
            state,
            new MeshTrackState(null, MeshTrackEnd.Track, IsSilent: false),
            []
        );
        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(1, 0, 0, Wall),
            default,
            state.AsSpan(0, length)
        );

        Assert.Equal(FeedOutcome.Ended, Take(_frame.AsSpan(0, writer.Finish()), 0));
        Assert.Empty(_record.Events);
    }

    [Fact]
    public void Handle_Nonsense_IsMalformed() =>
        Assert.Equal(FeedOutcome.Malformed, Take([1, 2, 3], 0));

    [Fact]
    public void Handle_AllocatesNothing()
    {
        Handle(number: 1, isDescribed: true);
        _record.IsDeaf = true;
        var frame = Write(number: 0, isDescribed: false).ToArray();

        AllocationAssert.None(() => Take(frame, 0));
    }

    /// <summary>The first frame of the node that goes on overtakes the last ones of the one that left.</summary>
    [Fact]
    public void Handle_LastFramesAfterTheFirstOfTheHeir_AreTakenAndNoKeyFrameWanted()
    {
        Handle(number: 1, isDescribed: true, owner: Former);
        _record.Events.Clear();

        Handle(number: 4, isDescribed: true, owner: Heir);
        _now += TimeSpan.FromMilliseconds(20);
        Assert.Equal(FeedOutcome.Taken, Handle(number: 2, isDescribed: true, owner: Former));
        Assert.Equal(FeedOutcome.Taken, Handle(number: 3, isDescribed: false));
        _now += TimeSpan.FromSeconds(1);
        Handle(number: 5, isDescribed: false);

        // What a late frame says of the layers is old.
        Assert.Equal(
            [
                "state 0: on",
                "packet 0: 7",
                "packet 0: 7",
                "packet 0: 7",
                "state 0: ",
                "packet 0: 7",
            ],
            _record.Events
        );
    }

    /// <summary>They were lost with the node: after a moment a key frame has to heal it.</summary>
    [Fact]
    public void Handle_LastFramesNeverCome_AKeyFrameIsWantedOnceAfterAMoment()
    {
        Handle(number: 1, isDescribed: true, owner: Former);
        Handle(number: 4, isDescribed: true, owner: Heir);
        _now += TimeSpan.FromMilliseconds(99);
        Handle(number: 5, isDescribed: false);
        Assert.Equal(0, Count("key frame 0"));

        _now += TimeSpan.FromMilliseconds(2);
        Handle(number: 6, isDescribed: false);
        Handle(number: 7, isDescribed: false);

        Assert.Equal(1, Count("key frame 0"));
    }

    [Fact]
    public void Handle_HeirWithoutAGap_WantsNothing()
    {
        Handle(number: 1, isDescribed: true, owner: Former);
        Handle(number: 2, isDescribed: true, owner: Heir);
        _now += TimeSpan.FromSeconds(1);
        Handle(number: 3, isDescribed: true, owner: Heir);

        Assert.Equal(0, Count("key frame 0"));
        Assert.Equal(1, Count("begin VP8"));
    }

    /// <summary>The heir sends by the former node's clock as the letter brought it: by as much as that took, all seems late.</summary>
    [Fact]
    public void Handle_HeirAfterALongLetter_IsNotLate()
    {
        Handle(number: 1, isDescribed: true, owner: Former);

        Assert.Equal(
            FeedOutcome.Taken,
            Handle(number: 2, isDescribed: true, lateMs: 700, owner: Heir)
        );
        Assert.Equal(FeedOutcome.Taken, Handle(number: 3, isDescribed: false, lateMs: 700));
        Assert.Equal(FeedOutcome.Dropped, Handle(number: 4, isDescribed: false, lateMs: 1300));
    }

    /// <summary>Beside the last frames of the former node, too, which were quicker by its clock.</summary>
    [Fact]
    public void Handle_LastFramesAfterALongLetter_MakeTheHeirNotLate()
    {
        Handle(number: 1, isDescribed: true, owner: Former);
        Handle(number: 4, isDescribed: true, lateMs: 700, owner: Heir);

        Assert.Equal(FeedOutcome.Taken, Handle(number: 2, isDescribed: true, owner: Former));
        Assert.Equal(FeedOutcome.Taken, Handle(number: 3, isDescribed: false));
        Assert.Equal(FeedOutcome.Taken, Handle(number: 5, isDescribed: false, lateMs: 700));
    }

    /// <summary>What one node lost, and not two that overtook each other, is wanted at once as ever.</summary>
    [Fact]
    public void Handle_GapOfTheSameNode_WantsAKeyFrameAtOnce()
    {
        Handle(number: 1, isDescribed: true, owner: Former);

        Handle(number: 3, isDescribed: true, owner: Former);

        Assert.Equal(1, Count("key frame 0"));
    }

    /// <summary>The source is known: its frames begin nothing, whether they say what it is or not.</summary>
    [Fact]
    public void Begin_KnownSource_GoesOnWithItsNextFrame()
    {
        _intake.Begin(new SourceName(1, 1), [41]);

        Assert.Equal(FeedOutcome.Taken, Handle(number: 42, isDescribed: false));

        Assert.Equal(["state 0: ", "packet 0: 7"], _record.Events);
    }

    private int Count(string said) =>
        _record.Events.Count(line => string.Equals(line, said, StringComparison.Ordinal));

    private static MeshOwner Former => new(1, 1);

    private static MeshOwner Heir => new(1, 2);

    private FeedOutcome Handle(
        ulong number,
        bool isDescribed,
        double lateMs = 0,
        MeshPacketFlags flags = MeshPacketFlags.None,
        ulong after = 0,
        MeshOwner? owner = null
    )
    {
        _owner = owner;
        return Take(Write(number, isDescribed, flags, after), lateMs);
    }

    private FeedOutcome Take(ReadOnlySpan<byte> frame, double lateMs)
    {
        var sink = new Sink(_record);
        return _intake.Handle(frame, Wall + TimeSpan.FromMilliseconds(lateMs), ref sink, _now);
    }

    private ReadOnlySpan<byte> Write(
        ulong number,
        bool isDescribed,
        MeshPacketFlags flags = MeshPacketFlags.None,
        ulong after = 0
    )
    {
        var description = new byte[MeshLimits.DescriptionBytesMax];
        var descriptionLength = new MeshDescription
        {
            Kind = MediaKind.Video,
            CodecName = "VP8",
            PayloadType = new(96),
            ClockRate = 90_000,
        }.Write(description);
        var state = new byte[MeshTrackState.BytesMax];
        var stateLength = MeshTrackState.Write(
            state,
            default(MeshTrackState) with
            {
                Owner = _owner,
            },
            [new MeshLayerState(IsActive: true, 100, Bitrate.Zero)]
        );
        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(1, 1, 0, Wall) { Number = number, After = after },
            description.AsSpan(0, isDescribed ? descriptionLength : 0),
            state.AsSpan(0, isDescribed ? stateLength : 0)
        );
        Assert.True(writer.TryAddPacket(new MeshPacket(7, 0, flags, -1, default), new byte[20]));
        return _frame.AsSpan(0, writer.Finish());
    }

    private sealed class Record
    {
        public List<string> Events { get; } = [];

        public bool Takes { get; set; } = true;

        public bool IsDeaf { get; set; }
    }

    private readonly struct Sink(Record record) : IFeedSink
    {
        public int LayerCount => 1;

        public bool TryBegin(MeshDescription description, SourceName name)
        {
            record.Events.Add($"begin {description.CodecName}");
            return record.Takes;
        }

        public void HandleState(
            int layer,
            in MeshTrackState state,
            ReadOnlySpan<MeshLayerState> layers
        )
        {
            if (!record.IsDeaf)
            {
                var said =
                    layers.IsEmpty ? ""
                    : layers[0].IsActive ? "on"
                    : "off";
                record.Events.Add($"state {layer}: {said}");
            }
        }

        public void HandlePacket(byte layer, in MeshPacket packet, ReadOnlySpan<byte> rtp)
        {
            if (!record.IsDeaf)
            {
                record.Events.Add($"packet {layer}: {packet.ExtendedSequence}");
            }
        }

        public void WantKeyFrame(int layer) => record.Events.Add($"key frame {layer}");
    }
}
