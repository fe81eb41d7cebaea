using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Negotiation.State;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.State;

/// <summary>What was agreed goes to another process and is the same there, whichever of the two is newer.</summary>
public sealed class FormTests
{
    private static readonly NegotiatedCodec Bare = new(
        CodecKind.Pcmu,
        new(0),
        null,
        8000,
        "PCMU",
        null
    );

    private static readonly NegotiatedCodec Opus = new(
        CodecKind.Opus,
        new(111),
        new(112),
        48_000,
        "opus",
        "minptime=10;useinbandfec=1"
    )
    {
        RedPayloadType = new(63),
        Channels = 2,
        HasNack = true,
        HasPli = true,
        HasFir = true,
        HasTransportCc = true,
        HasRemb = true,
    };

    private static readonly HeaderExtensionMap Map = new()
    {
        Mid = 1,
        Rid = 2,
        RepairedRid = 3,
        TransportSequence = 4,
        AbsoluteSendTime = 5,
        AudioLevel = 6,
        DependencyDescriptor = 7,
        VideoLayersAllocation = 8,
        VideoOrientation = 9,
        PlayoutDelay = 10,
        ColorSpace = 11,
        AbsoluteCaptureTime = 255,
    };

    private static readonly MediaAgreement Plain = new()
    {
        Mid = default,
        Kind = MediaKind.Audio,
        Codec = Bare,
        Extensions = default,
    };

    private static readonly MediaAgreement Whole = new()
    {
        Mid = Mid.Create("s0"),
        Kind = MediaKind.Video,
        Codec = Opus,
        TelephoneEventPayloadType = new(0),
        Extensions = Map,
        Rids = NegotiationSamples.Rids("q", "h", "f"),
        RemoteSources = [new(new(1), new(uint.MaxValue)), new(new(3), null)],
        LocalSsrc = new(0),
        LocalRtxSsrc = new(6),
        UsesExtmapAllowMixed = true,
        IsEncrypted = true,
        ReducedSizeRtcp = true,
        Msid = "stream track",
        TrackIndex = 3,
        LineIndex = 0,
    };

    private static readonly PlayableTrack Track = new(
        MediaKind.Audio,
        Opus,
        "a name\r\nof Zürich",
        new(1),
        new(2)
    )
    {
        StreamId = "",
    };

    private static readonly RemoteTransport Remote = new(
        "clnt",
        "secret",
        [NegotiationSamples.Local.Fingerprint],
        DtlsRole.Client,
        [
            NegotiationSamples.Address("192.0.2.1:7000"),
            NegotiationSamples.Address("[2001:db8::1]:65535"),
        ],
        IsIceLite: true
    );

    private readonly FormCheck<NegotiatedCodec> _codecs = new(
        NegotiatedCodecForm.Write,
        NegotiatedCodecForm.TryRead
    );

    private readonly FormCheck<HeaderExtensionMap> _maps = new(
        HeaderExtensionMapForm.Write,
        HeaderExtensionMapForm.TryRead
    );

    private readonly FormCheck<MediaAgreement> _agreements = new(
        MediaAgreementForm.Write,
        MediaAgreementForm.TryRead
    );

    private readonly FormCheck<PlayableTrack> _tracks = new(
        PlayableTrackForm.Write,
        PlayableTrackForm.TryRead
    );

    private readonly FormCheck<RemoteTransport> _transports = new(
        RemoteTransportForm.Write,
        RemoteTransportForm.TryRead
    );

    private readonly FormCheck<IceCredentials> _credentials = new(
        IceCredentialsForm.Write,
        IceCredentialsForm.TryRead
    );

    private readonly FormCheck<SectionRequest> _requests = new(
        SectionRequestForm.Write,
        SectionRequestForm.TryRead
    );

    [Fact]
    public void NegotiatedCodec_AnyVersion_IsCarried()
    {
        _codecs.Carries(Bare, Opus);
        _codecs.FillsIn(values: 5, Bare);
        _codecs.Refuses(
            Bare with
            {
                Kind = (CodecKind)200,
            },
            Bare with
            {
                PayloadType = new(128),
            },
            Bare with
            {
                ClockRate = 0,
            },
            Bare with
            {
                Name = "a\nb",
            }
        );
        _codecs.TakesJunk(Opus, Seeds.Random());
    }

    [Fact]
    public void HeaderExtensionMap_AnyVersion_IsCarried()
    {
        _maps.Carries(default, Map);
        _maps.FillsIn(values: 0, default);
        _maps.FillsIn(values: 11, Map with { AbsoluteCaptureTime = 0 });
    }

    [Fact]
    public void MediaAgreement_AnyVersion_IsCarried()
    {
        _agreements.Carries(Plain, Whole);
        _agreements.FillsIn(values: 3, Plain);
        _agreements.Refuses(
            Plain with
            {
                Rids = [default],
            },
            Plain with
            {
                Kind = (MediaKind)2,
            },
            Plain with
            {
                Msid = new string('m', 20_000),
            },
            Plain with
            {
                RemoteSources = [.. new RemoteSource[129]],
            }
        );
        _agreements.TakesJunk(Whole, Seeds.Random());
    }

    [Fact]
    public void MediaAgreements_OfASession_AreCarried()
    {
        using var writer = new StateWriter(Instant.FromMilliseconds(1), 1 << 20);
        MediaAgreementForm.WriteAll(writer, [Plain, Whole]);

        var reader = new StateReader(writer.Written, Instant.FromMilliseconds(2));
        Assert.True(MediaAgreementForm.TryReadAll(ref reader, out var all));
        Assert.Equal(
            DeepText.Of(ImmutableArray.Create(Plain, Whole)),
            DeepText.Of(all),
            StringComparer.Ordinal
        );

        var broken = new StateReader([0x91, 7], Instant.FromMilliseconds(2));
        Assert.False(MediaAgreementForm.TryReadAll(ref broken, out all));
        Assert.Empty(all);
    }

    [Fact]
    public void PlayableTrack_AnyVersion_IsCarried()
    {
        _tracks.Carries(Track, Track with { StreamId = null });
        _tracks.FillsIn(values: 5, Track with { StreamId = null });
        _tracks.Refuses(Track with { TrackId = new string('t', 20_000) });
        _tracks.TakesJunk(Track, Seeds.Random());
    }

    [Fact]
    public void RemoteTransport_AnyVersion_IsCarried()
    {
        var sparse = Remote with { Candidates = [], IsIceLite = false };
        _transports.Carries(Remote, sparse);
        _transports.FillsIn(values: 3, sparse);
        _transports.Refuses(
            Remote with
            {
                Fingerprints = [],
            },
            Remote with
            {
                Fingerprints = [new("md5", "AB")],
            },
            Remote with
            {
                Password = "",
            },
            Remote with
            {
                UsernameFragment = "a b",
            }
        );
        _transports.TakesJunk(Remote, Seeds.Random());
    }

    [Fact]
    public void IceCredentials_OfEitherSide_AreCarried()
    {
        _credentials.Carries(IceCredentials.Create(Seeds.Random()), new IceCredentials("a", "b"));
        _credentials.Refuses(new IceCredentials("a", ""), new("a", new string('p', 257)));
    }

    [Fact]
    public void SmallRecords_AnyVersion_AreCarried()
    {
        var sources = new FormCheck<RemoteSource>(RemoteSourceForm.Write, RemoteSourceForm.TryRead);
        sources.Carries(new RemoteSource(new(1), null), new(new(0), new(0)));
        sources.FillsIn(values: 1, new(new(1), null));
        sources.Refuses();

        var channels = new FormCheck<DataChannelAgreement>(
            DataChannelAgreementForm.Write,
            DataChannelAgreementForm.TryRead
        );
        channels.Carries(new DataChannelAgreement(5000, 0), new(65_535, long.MaxValue));
        channels.Refuses(new DataChannelAgreement(65_536, 0), new(1, -1));

        var fingerprints = new FormCheck<CertificateFingerprint>(
            CertificateFingerprintForm.Write,
            CertificateFingerprintForm.TryRead
        );
        fingerprints.Carries(NegotiationSamples.Local.Fingerprint);
        fingerprints.Refuses(new CertificateFingerprint("sha-256", "AB:CD"));
    }

    [Fact]
    public void SectionRequest_EachKind_IsCarried()
    {
        var bare = new SectionRequest.Receive(null);
        ImmutableArray<SectionRequest> all =
        [
            bare,
            new SectionRequest.Receive("0", MediaKind.Audio),
            new SectionRequest.Receive("1", MediaKind.Video)
            {
                Bidirectional = new("voice", new(7), new(8)),
            },
            new SectionRequest.ReceiveAll(),
            new SectionRequest.Send(Track),
            new SectionRequest.Send(Track, "s1"),
            new SectionRequest.DataChannels(),
            new SectionRequest.Stop("s2"),
        ];
        _requests.Carries(all.AsSpan());
        _requests.FillsIn(values: 1, bare);
        _requests.FillsIn(values: 2, new SectionRequest.Send(Track));
        _requests.Refuses(new SectionRequest.Send(Track with { Kind = (MediaKind)3 }));
        foreach (var request in all)
        {
            _requests.TakesJunk(request, Seeds.Random());
        }
    }

    /// <summary>The numbers of names stand in what other versions write: new ones come last, none moves.</summary>
    [Fact]
    public void Names_InWhatIsWritten_KeepTheirNumbers()
    {
        Assert.Equal("Audio Video", string.Join(' ', Enum.GetNames<MediaKind>()));
        Assert.Equal("Server Client", string.Join(' ', Enum.GetNames<DtlsRole>()));
        Assert.Equal(
            "Other Audio Video Application",
            string.Join(' ', Enum.GetNames<Edge.Wire.Sdp.SdpMediaKind>())
        );
        Assert.Equal(
            "Unknown Opus Pcmu Pcma G722 TelephoneEvent Vp8 Vp9 H264 H265 Av1",
            string.Join(' ', Enum.GetNames<CodecKind>())
        );
    }
}
