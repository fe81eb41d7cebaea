using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Receiving;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Node.MeshLink;

/// <summary>Says to other nodes what a track is, and understands what they say.</summary>
internal static class TrackWording
{
    private const string ScreenWord = "screen";

    /// <summary>What is said of a track.</summary>
    public static MeshDescription Describe(MediaKind kind, TrackFormat format)
    {
        var codec = format.Codec;
        return new MeshDescription
        {
            Kind = kind,
            CodecName = codec.Name,
            PayloadType = codec.PayloadType,
            RedPayloadType = codec.RedPayloadType,
            ClockRate = codec.ClockRate,
            Channels = (byte)codec.Channels,
            Format = string.IsNullOrEmpty(codec.Format) ? null : codec.Format,
            Rids = format.Rids,
            Extensions = Name(format.Extensions),
            IsEndToEndEncrypted = format.IsEncrypted,
        };
    }

    /// <summary>The same in bytes.</summary>
    public static byte[] Write(MediaKind kind, TrackFormat format)
    {
        Span<byte> bytes = new byte[MeshLimits.DescriptionBytesMax];
        return bytes[..Describe(kind, format).Write(bytes)].ToArray();
    }

    /// <summary>The word for what a track shows; null for nothing in particular.</summary>
    public static string? Describe(TrackContent content) =>
        content == TrackContent.Screen ? ScreenWord : null;

    /// <summary>What a word says that a track shows; one that is not known, nothing in particular.</summary>
    public static TrackContent ReadContent(string? word) =>
        string.Equals(word, ScreenWord, StringComparison.Ordinal)
            ? TrackContent.Screen
            : TrackContent.Any;

    /// <summary>What is said of a layer's sender report; null when there is none.</summary>
    public static MeshSenderReport? Report(in TrackInlet.LayerReport report) =>
        report == default ? null : new MeshSenderReport(report.Ntp, report.RtpTimestamp);

    /// <summary>Reads what another node says of a track of its own; null when it makes no sense here.</summary>
    public static RemoteOffer? ReadOffer(
        ReadOnlySpan<byte> bytes,
        in TrackToken token,
        DemandKey key
    ) =>
        MeshFrameReader.TryParse(bytes, out var frame) == MeshParseError.None
        && MeshDescription.TryParse(frame.Description, out var description) == MeshParseError.None
        && Understand(description!) is { } format
            ? new RemoteOffer(
                token,
                ReadOwner(frame.State, key),
                new SourceName(frame.Header.Generation, frame.Header.Epoch),
                description!.Kind,
                format,
                ReadLayers(frame.State, format)
            )
            : null;

    /// <summary>The node that sends a track may be another one of the PoP than its name says.</summary>
    private static DemandKey ReadOwner(ReadOnlySpan<byte> state, DemandKey asked) =>
        MeshTrackState.TryParse(state, [], out _, out var said) == MeshParseError.None
        && said.Owner is { } owner
        && owner.Pop == asked.Owner.Pop
            ? asked with
            {
                Owner = new NodeAddress(owner.Pop, owner.Node),
            }
            : asked;

    /// <summary>Reads how a track's layers are; layers of which nothing readable is said are unsaid.</summary>
    public static TrackInlet.LayerWord[] ReadLayers(ReadOnlySpan<byte> state, TrackFormat format)
    {
        var words = new TrackInlet.LayerWord[Math.Max(1, format.Rids.Length)];
        Span<MeshLayerState> layers = stackalloc MeshLayerState[Forwarding.Tracks.Track.LayersMax];
        if (MeshTrackState.TryParse(state, layers, out var count, out _) == MeshParseError.None)
        {
            for (var layer = 0; layer < Math.Min(count, words.Length); layer++)
            {
                words[layer] = Word(layers[layer]);
            }
        }

        return words;
    }

    /// <summary>What another node says of a layer.</summary>
    public static TrackInlet.LayerWord Word(in MeshLayerState said) =>
        new(
            LayerSpeaker.Node,
            new LayerClaim(said.IsActive, (int)Math.Min(said.Pixels, int.MaxValue)),
            said.Bitrate
        );

    /// <summary>What was said of a track; null when this node does not know the codec.</summary>
    public static TrackFormat? Understand(MeshDescription description)
    {
        var kind = CodecNames.Parse(description.CodecName);
        if (kind == CodecKind.Unknown)
        {
            return null;
        }

        var codec = new NegotiatedCodec(
            kind,
            description.PayloadType,
            RtxPayloadType: null,
            description.ClockRate,
            description.CodecName,
            description.Format
        )
        {
            Channels = description.Channels,
            RedPayloadType = description.RedPayloadType,
        };
        var rids = description.Rids;
        return new TrackFormat(
            codec,
            Number(description.Extensions),
            rids.Length > Forwarding.Tracks.Track.LayersMax
                ? rids[..Forwarding.Tracks.Track.LayersMax]
                : rids
        )
        {
            IsEncrypted = description.IsEndToEndEncrypted,
        };
    }

    private static ImmutableArray<MeshExtension> Name(in HeaderExtensionMap map)
    {
        var named = ImmutableArray.CreateBuilder<MeshExtension>();
        Add(RtpExtensionUri.AudioLevel, map.AudioLevel);
        Add(RtpExtensionUri.VideoOrientation, map.VideoOrientation);
        Add(RtpExtensionUri.PlayoutDelay, map.PlayoutDelay);
        Add(RtpExtensionUri.ColorSpace, map.ColorSpace);
        Add(RtpExtensionUri.AbsoluteCaptureTime, map.AbsoluteCaptureTime);
        Add(RtpExtensionUri.DependencyDescriptor, map.DependencyDescriptor);
        return named.ToImmutable();

        void Add(string uri, byte id)
        {
            if (id != 0)
            {
                named.Add(new MeshExtension(uri, id));
            }
        }
    }

    private static HeaderExtensionMap Number(ImmutableArray<MeshExtension> named) =>
        new()
        {
            AudioLevel = Find(named, RtpExtensionUri.AudioLevel),
            VideoOrientation = Find(named, RtpExtensionUri.VideoOrientation),
            PlayoutDelay = Find(named, RtpExtensionUri.PlayoutDelay),
            ColorSpace = Find(named, RtpExtensionUri.ColorSpace),
            AbsoluteCaptureTime = Find(named, RtpExtensionUri.AbsoluteCaptureTime),
            DependencyDescriptor = Find(named, RtpExtensionUri.DependencyDescriptor),
        };

    private static byte Find(ImmutableArray<MeshExtension> named, string uri)
    {
        foreach (var extension in named)
        {
            if (string.Equals(extension.Uri, uri, StringComparison.Ordinal))
            {
                return extension.Id;
            }
        }

        return 0;
    }
}
