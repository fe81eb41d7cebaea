using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What payload types and extension identifiers mean in a session, so that offers of ours use the
/// client's own numbers and none gets a second meaning (RFC 8843 §9.1, RFC 8285 §5).</summary>
/// <remarks>
/// What this end ever wrote is fixed for good; what the client merely offered gives way to its next
/// offer, because Chromium 156 numbers unused formats anew. Immutable.
/// </remarks>
internal sealed partial class SessionNumbers
{
    private const int PayloadTypes = 128;
    private const int ExtensionIds = 256;

    private readonly NumberedCodec?[] _codecs;
    private readonly NumberedExtension?[] _extensions;

    private SessionNumbers(NumberedCodec?[] codecs, NumberedExtension?[] extensions)
    {
        _codecs = codecs;
        _extensions = extensions;
    }

    /// <summary>No number means anything yet.</summary>
    public static SessionNumbers Empty { get; } =
        new(new NumberedCodec?[PayloadTypes], new NumberedExtension?[ExtensionIds]);

    /// <summary>The sound formats that the client said it decodes; null while it said nothing.</summary>
    public ImmutableArray<SdpCodec>? DecodedAudio { get; private init; }

    /// <summary>The picture formats that the client said it decodes; null while it said nothing.</summary>
    public ImmutableArray<SdpCodec>? DecodedVideo { get; private init; }

    /// <summary>Whether the client has offered any section of a kind.</summary>
    public bool HasHeard(MediaKind kind) => kind == MediaKind.Audio ? HasHeardAudio : HasHeardVideo;

    private bool HasHeardAudio { get; init; }

    private bool HasHeardVideo { get; init; }

    /// <summary>The format of a number; null when it is free.</summary>
    public NumberedCodec? CodecAt(int number) => _codecs[number];

    /// <summary>The extension of an identifier; null when it is free.</summary>
    public string? ExtensionAt(int id) => _extensions[id]?.Uri;

    /// <summary>The numbers after an offer of the client.</summary>
    public SessionNumbers LearnOffer(SessionDescription offer)
    {
        var next = Copy();
        var audio = new Decoded();
        var video = new Decoded();
        var (hasAudio, hasVideo) = (HasHeardAudio, HasHeardVideo);
        foreach (var section in offer.Sections)
        {
            if (!OfferedSections.IsMedia(section))
            {
                continue;
            }

            next.Set(section, isFixed: false);
            hasAudio |= section.Kind == SdpMediaKind.Audio;
            hasVideo |= section.Kind == SdpMediaKind.Video;
            if (section.Direction.Receives())
            {
                (section.Kind == SdpMediaKind.Audio ? audio : video).Add(section);
            }
        }

        return new(next._codecs, next._extensions)
        {
            DecodedAudio = audio.Codecs ?? DecodedAudio,
            DecodedVideo = video.Codecs ?? DecodedVideo,
            HasHeardAudio = hasAudio,
            HasHeardVideo = hasVideo,
        };
    }

    /// <summary>The numbers after a description of this end.</summary>
    public SessionNumbers Fix(ImmutableArray<MediaSection> sections)
    {
        var next = Copy();
        foreach (var section in sections)
        {
            if (OfferedSections.IsMedia(section))
            {
                next.Set(section, isFixed: true);
            }
        }

        return next;
    }

    private SessionNumbers Copy() =>
        new([.. _codecs], [.. _extensions])
        {
            DecodedAudio = DecodedAudio,
            DecodedVideo = DecodedVideo,
            HasHeardAudio = HasHeardAudio,
            HasHeardVideo = HasHeardVideo,
        };

    private void Set(MediaSection section, bool isFixed)
    {
        var kind = CodecCatalog.MediaOf(section);
        foreach (var codec in section.Codecs)
        {
            ref var slot = ref _codecs[codec.PayloadType.Value];
            if (isFixed || slot is not { IsFixed: true })
            {
                slot = new(kind, codec, isFixed);
            }
        }

        foreach (var extension in section.Extensions)
        {
            if (extension.Id is <= 0 or >= ExtensionIds)
            {
                continue;
            }

            ref var slot = ref _extensions[extension.Id];
            if (isFixed || slot is not { IsFixed: true })
            {
                slot = new(extension.Id, extension.Uri, isFixed);
            }
        }
    }

    /// <summary>The formats of all receiving sections of an offer, each number once.</summary>
    private sealed class Decoded
    {
        private readonly bool[] _has = new bool[PayloadTypes];
        private ImmutableArray<SdpCodec>.Builder? _codecs;

        public ImmutableArray<SdpCodec>? Codecs => _codecs?.ToImmutable();

        public void Add(MediaSection section)
        {
            _codecs ??= ImmutableArray.CreateBuilder<SdpCodec>();
            foreach (var codec in section.Codecs)
            {
                if (!_has[codec.PayloadType.Value])
                {
                    _has[codec.PayloadType.Value] = true;
                    _codecs.Add(codec);
                }
            }
        }
    }
}
