using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>RFC 8843 §9.2 and RFC 8852 §3: from a packet to its negotiated stream.</summary>
public sealed class StreamDemultiplexerTests
{
    [Fact]
    public void HandleRemoved_SectionEnded_ItsSourcesAndMidAreFree()
    {
        var sections = new ReceiveSections();
        var demultiplexer = Of(sections, Agreements.AudioVideo);
        _ = Find(demultiplexer, Packet(Vp8, 7, mid: "1"));
        sections.Remove(1);
        demultiplexer.HandleRemoved(1, Agreements.Video);

        Assert.Null(Find(demultiplexer, Packet(Vp8, 7)));
        Assert.Null(Find(demultiplexer, Packet(Vp8, 7, mid: "1")));
        Assert.NotNull(Find(demultiplexer, Packet(Opus, 9, mid: "0")));

        // The place is given again, and the mid with it.
        Assert.Equal(1, sections.Add(Agreements.Video));
        demultiplexer.HandleAdded(1);
        Assert.Equal(
            new StreamBinding(1, 0, IsRepair: false),
            Find(demultiplexer, Packet(Vp8, 7, mid: "1"))
        );
    }

    /// <summary>Chromium 156 takes a section up again with the SSRCs it had, and names them no more once a
    /// receiver report has come: a camera that is switched off and on.</summary>
    [Fact]
    public void HandleAdded_SectionAgain_ItsFormerSourcesAreItsLayers()
    {
        var sections = new ReceiveSections();
        var demultiplexer = Of(sections, [Agreements.Simulcast]);
        foreach (var (ssrc, rid) in new[] { (7u, "q"), (8u, "h"), (9u, "f") })
        {
            Assert.NotNull(Find(demultiplexer, Packet(Vp8, ssrc, mid: "1", rid: rid)));
        }

        sections.Remove(0);
        demultiplexer.HandleRemoved(0, Agreements.Simulcast);
        Assert.Null(Find(demultiplexer, Packet(Vp8, 8)));
        sections.Add(Agreements.Simulcast);
        demultiplexer.HandleAdded(0);

        Assert.Equal(new StreamBinding(0, 1, IsRepair: false), Find(demultiplexer, Packet(Vp8, 8)));
        Assert.Equal(new StreamBinding(0, 2, IsRepair: false), Find(demultiplexer, Packet(Vp8, 9)));
    }

    /// <summary>What is late of a section that ended is no other section's, although only one is left that
    /// has its payload type.</summary>
    [Fact]
    public void HandleRemoved_LatePacketWithoutMid_IsNotAnotherSections()
    {
        var sections = new ReceiveSections();
        var other = Agreements.Video with { Mid = Mid.Create("2") };
        var demultiplexer = Of(sections, [Agreements.Video, other]);
        Assert.NotNull(Find(demultiplexer, Packet(Vp8, 7, mid: "1")));
        sections.Remove(0);
        demultiplexer.HandleRemoved(0, Agreements.Video);

        Assert.Null(Find(demultiplexer, Packet(Vp8, 7)));
        Assert.NotNull(Find(demultiplexer, Packet(Vp8, 8)));
    }

    private static StreamDemultiplexer Of(ImmutableArray<MediaAgreement> media) =>
        Of(new ReceiveSections(), media);

    private static StreamDemultiplexer Of(
        ReceiveSections sections,
        ImmutableArray<MediaAgreement> media
    )
    {
        var demultiplexer = new StreamDemultiplexer(sections);
        foreach (var section in media)
        {
            demultiplexer.HandleAdded(sections.Add(section));
        }

        return demultiplexer;
    }

    private static readonly PayloadType Vp8 = new(96);
    private static readonly PayloadType Vp8Repair = new(97);
    private static readonly PayloadType Opus = new(111);

    [Fact]
    public void TryFind_NewSourceWithMid_BindsToItsSection()
    {
        var demultiplexer = Of(Agreements.AudioVideo);

        Assert.Equal(
            new StreamBinding(1, 0, IsRepair: false),
            Find(demultiplexer, Packet(Vp8, 7, mid: "1"))
        );
        // Once bound, the extension is not needed: browsers stop sending it.
        Assert.Equal(new StreamBinding(1, 0, IsRepair: false), Find(demultiplexer, Packet(Vp8, 7)));
    }

    [Fact]
    public void TryFind_MidOfNoSection_IsRefused() =>
        Assert.Null(Find(Of(Agreements.AudioVideo), Packet(Vp8, 7, mid: "9")));

    [Theory]
    [InlineData("q", 0)]
    [InlineData("h", 1)]
    [InlineData("f", 2)]
    public void TryFind_Rid_TellsTheLayer(string rid, byte layer)
    {
        var demultiplexer = Of([Agreements.Simulcast]);

        Assert.Equal(
            new StreamBinding(0, layer, IsRepair: false),
            Find(demultiplexer, Packet(Vp8, 7, mid: "1", rid: rid))
        );
        Assert.Equal(
            new StreamBinding(0, layer, IsRepair: true),
            Find(demultiplexer, Packet(Vp8Repair, 8, mid: "1", repairedRid: rid))
        );
    }

    [Fact]
    public void TryFind_SimulcastWithoutRid_IsRefused() =>
        Assert.Null(Find(Of([Agreements.Simulcast]), Packet(Vp8, 7, mid: "1")));

    /// <summary>FFmpeg offers no extension at all, only SSRC lines or nothing.</summary>
    [Fact]
    public void TryFind_NoExtensions_FallsBackToDeclaredSourceThenPayloadType()
    {
        var declared = Agreements.Video with
        {
            RemoteSources = [new RemoteSource(new Ssrc(5), new Ssrc(6))],
        };
        var demultiplexer = Of([Agreements.Audio, declared]);

        Assert.Equal(
            new StreamBinding(1, 0, IsRepair: true),
            Find(demultiplexer, Packet(Vp8Repair, 6))
        );
        Assert.Equal(
            new StreamBinding(0, 0, IsRepair: false),
            Find(demultiplexer, Packet(Opus, 77))
        );
    }

    [Fact]
    public void TryFind_PayloadTypeOfTwoSections_IsRefused() =>
        Assert.Null(
            Find(
                Of([Agreements.Video, Agreements.Video with { Mid = Mid.Create("2") }]),
                Packet(Vp8, 7)
            )
        );

    [Fact]
    public void TryFind_KnownSourceWithOtherPayloadType_IsRefused()
    {
        var demultiplexer = Of(Agreements.AudioVideo);
        Find(demultiplexer, Packet(Vp8, 7, mid: "1"));

        Assert.Null(Find(demultiplexer, Packet(new PayloadType(100), 7)));
    }

    /// <summary>RFC 4733 §2.2: events share the sound's SSRC.</summary>
    [Fact]
    public void TryFind_TelephoneEvent_IsOfTheSoundItStandsBeside()
    {
        var events = new PayloadType(110);
        var sound = new StreamBinding(0, 0, IsRepair: false);
        var demultiplexer = Of([Agreements.AudioWithEvents, Agreements.Video]);
        Assert.Equal(sound, Find(demultiplexer, Packet(Opus, 7, mid: "0")));

        Assert.Equal(sound, Find(demultiplexer, Packet(events, 7)));
        Assert.Equal(sound, Find(demultiplexer, Packet(Opus, 7)));
        // An event may also be a source's first packet.
        Assert.Equal(sound, Find(demultiplexer, Packet(events, 8)));

        Find(demultiplexer, Packet(Vp8, 9, mid: "1"));
        Assert.Null(Find(demultiplexer, Packet(events, 9)));
        Assert.Null(Find(Of(Agreements.AudioVideo), Packet(events, 7, mid: "0")));
    }

    [Fact]
    public void TryFind_MoreSourcesThanTheBound_AreRefused()
    {
        var demultiplexer = Of(Agreements.AudioVideo);
        for (uint source = 1; source <= StreamDemultiplexer.SourcesMin; source++)
        {
            Assert.NotNull(Find(demultiplexer, Packet(Vp8, source, mid: "1")));
        }

        Assert.Null(Find(demultiplexer, Packet(Vp8, 10_000, mid: "1")));
        Assert.NotNull(Find(demultiplexer, Packet(Vp8, 1)));
    }

    /// <summary>Whoever pushes many simulcast tracks in one session is understood in all of them, media and
    /// repair, and once more after every encoder was started anew; not without end.</summary>
    [Fact]
    public void TryFind_ManySimulcastSections_RoomForEachLayerAndItsRestart()
    {
        const int tracks = 64;
        var sections = new ReceiveSections();
        var demultiplexer = Of(
            sections,
            [
                .. Enumerable
                    .Range(0, tracks)
                    .Select(mid => Agreements.Simulcast with { Mid = Mid.Create($"{mid}") }),
            ]
        );
        var source = 0u;
        for (var round = 0; round < 2; round++)
        {
            foreach (var rid in (string[])["q", "h", "f"])
            {
                for (var mid = 0; mid < tracks; mid++)
                {
                    Assert.NotNull(Find(demultiplexer, Packet(Vp8, ++source, $"{mid}", rid)));
                    var repair = Packet(Vp8Repair, ++source, $"{mid}", repairedRid: rid);
                    Assert.NotNull(Find(demultiplexer, repair));
                }
            }
        }

        Assert.Equal(source, (uint)demultiplexer.SourcesMax);
        Assert.Null(Find(demultiplexer, Packet(Vp8, ++source, "0", "q")));

        // What a section had goes with it, its part of the room included.
        sections.Remove(0);
        demultiplexer.HandleRemoved(0, Agreements.Video);
        Assert.Null(Find(demultiplexer, Packet(Vp8, 1)));
        Assert.NotNull(Find(demultiplexer, Packet(Vp8, 3)));
        Assert.Null(Find(demultiplexer, Packet(Vp8, ++source, "1", "q")));
    }

    [Fact]
    public void TryFind_KnownSource_AllocatesNothing()
    {
        var demultiplexer = Of(Agreements.AudioVideo);
        var packet = Packet(Vp8, 7, mid: "1");
        AllocationAssert.None(() =>
        {
            _ = RtpPacket.TryParse(packet, out var rtp);
            demultiplexer.TryFind(rtp, out _);
        });
    }

    private static StreamBinding? Find(StreamDemultiplexer demultiplexer, byte[] packet)
    {
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(packet, out var rtp));
        return demultiplexer.TryFind(rtp, out var binding) ? binding : null;
    }

    private static byte[] Packet(
        PayloadType payloadType,
        uint ssrc,
        string? mid = null,
        string? rid = null,
        string? repairedRid = null
    )
    {
        var packet = new byte[100];
        var writer = new RtpHeaderWriter(
            packet,
            marker: false,
            payloadType,
            new SequenceNumber(1),
            timestamp: 0,
            new Ssrc(ssrc)
        );
        Add(ref writer, Agreements.Extensions.Mid, mid);
        Add(ref writer, Agreements.Extensions.Rid, rid);
        Add(ref writer, Agreements.Extensions.RepairedRid, repairedRid);
        writer.Complete();
        return packet;
    }

    private static void Add(ref RtpHeaderWriter writer, byte id, string? text)
    {
        if (text is not null)
        {
            writer.AddToken(id, Token16.Create(text));
        }
    }
}
