using Edge.Primitives;

namespace Edge.Wire.Payload;

/// <summary>The payload descriptor of VP9.</summary>
/// <remarks>Source: RFC 9628 §4.2.</remarks>
public readonly struct Vp9Descriptor
{
    private const byte PictureIdBit = 0x80;
    private const byte InterPictureBit = 0x40;
    private const byte LayerBit = 0x20;
    private const byte FlexibleBit = 0x10;
    private const byte BeginBit = 0x08;
    private const byte EndBit = 0x04;
    private const byte ScalabilityBit = 0x02;
    private const byte LongPictureIdBit = 0x80;
    private const byte SwitchingUpBit = 0x10;
    private const byte InterLayerBit = 0x01;
    private const byte SizesBit = 0x10; // Of the scalability structure.
    private const int ReferencesMax = 3;

    private readonly byte _flags;
    private readonly byte _layer;
    private readonly byte _structureOffset;

    private Vp9Descriptor(
        byte flags,
        byte layer,
        int pictureId,
        int structureOffset,
        int length,
        VideoSize size
    )
    {
        _flags = flags;
        _layer = layer;
        // The narrowing is safe: at most ten bytes come before the structure.
        _structureOffset = unchecked((byte)structureOffset);
        PictureId = (ushort)pictureId;
        Length = length;
        AnnouncedSize = size;
    }

    /// <summary>Bytes of the descriptor; the frame's bytes follow.</summary>
    public int Length { get; }

    /// <summary>The picture id, 15 or 7 bits; 0 without one.</summary>
    public ushort PictureId { get; }

    /// <summary>Size of the highest spatial layer in the scalability structure; zero without one.</summary>
    public VideoSize AnnouncedSize { get; }

    /// <summary>Whether there is a picture id.</summary>
    public bool HasPictureId => (_flags & PictureIdBit) != 0;

    /// <summary>Whether the frame refers to earlier pictures.</summary>
    public bool IsInterPicture => (_flags & InterPictureBit) != 0;

    /// <summary>Whether layers are told.</summary>
    public bool HasLayers => (_flags & LayerBit) != 0;

    /// <summary>Whether references are told frame by frame.</summary>
    public bool IsFlexible => (_flags & FlexibleBit) != 0;

    /// <summary>Whether the packet is the first of a layer frame.</summary>
    public bool StartsFrame => (_flags & BeginBit) != 0;

    /// <summary>Whether the packet is the last of a layer frame.</summary>
    public bool EndsFrame => (_flags & EndBit) != 0;

    /// <summary>Whether there is a scalability structure.</summary>
    public bool HasScalabilityStructure => (_flags & ScalabilityBit) != 0;

    /// <summary>Temporal layer; 0 without one.</summary>
    public int TemporalLayer => _layer >> 5;

    /// <summary>Whether one may switch up to this temporal layer here.</summary>
    public bool IsSwitchingUpPoint => (_layer & SwitchingUpBit) != 0;

    /// <summary>Spatial layer; 0 without one.</summary>
    public int SpatialLayer => (_layer >> 1) & 7;

    /// <summary>Whether the frame refers to the lower layer of its own picture.</summary>
    public bool IsInterLayer => (_layer & InterLayerBit) != 0;

    /// <summary>Whether the packet begins a frame that refers to nothing, of any layer.</summary>
    public bool IsKeyFrameStart => StartsFrame && !IsInterPicture && !IsInterLayer;

    //  0 1 2 3 4 5 6 7
    // +-+-+-+-+-+-+-+-+
    // |I|P|L|F|B|E|V|Z|  required
    // +-+-+-+-+-+-+-+-+
    // |M| picture id  |  if I; with M it has 15 bits and takes two bytes
    // +-----+-+-----+-+
    // | TID |U| SID |D|  if L
    // +-----+-+-----+-+
    // |   TL0PICIDX   |  if L and not F
    // +-------------+-+
    // |   P_DIFF    |N|  if P and F; up to three, N: one more follows
    // +-------------+-+
    // |  SS ...       |  if V
    // +---------------+

    /// <summary>Reads the descriptor; false when it runs past the end, no frame byte follows or it has
    /// more than three references.</summary>
    [HotPath]
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp9Descriptor descriptor)
    {
        descriptor = default;
        var reader = new ByteReader(payload);
        var flags = reader.ReadByte();
        var pictureId = 0;
        if ((flags & PictureIdBit) != 0)
        {
            pictureId = reader.ReadByte();
            if ((pictureId & LongPictureIdBit) != 0)
            {
                pictureId = ((pictureId & ~LongPictureIdBit) << 8) | reader.ReadByte();
            }
        }

        byte layer = 0;
        if ((flags & LayerBit) != 0)
        {
            layer = reader.ReadByte();
            reader.Skip((flags & FlexibleBit) == 0 ? 1 : 0);
        }

        if ((flags & (InterPictureBit | FlexibleBit)) == (InterPictureBit | FlexibleBit))
        {
            var references = 1;
            while ((reader.ReadByte() & 1) != 0)
            {
                if (++references > ReferencesMax)
                {
                    return false;
                }
            }
        }

        var size = default(VideoSize);
        var structureOffset = reader.Offset;
        if ((flags & ScalabilityBit) != 0)
        {
            size = ReadScalabilityStructure(ref reader);
        }

        if (reader.HasOverrun || reader.Offset >= payload.Length)
        {
            return false;
        }

        descriptor = new Vp9Descriptor(
            flags,
            layer,
            pictureId,
            structureOffset,
            reader.Offset,
            size
        );
        return true;
    }

    internal static PayloadFacts Inspect(ReadOnlySpan<byte> payload)
    {
        if (!TryParse(payload, out var descriptor))
        {
            return PayloadFacts.Malformed;
        }

        var hasLayers = descriptor.HasLayers;
        return new PayloadFacts(
            IsKeyFrameStart: descriptor.IsKeyFrameStart,
            StartsFrame: descriptor.StartsFrame,
            TemporalLayer: hasLayers ? (sbyte)descriptor.TemporalLayer : (sbyte)-1,
            SpatialLayer: hasLayers ? (sbyte)descriptor.SpatialLayer : (sbyte)-1,
            IsLayerSync: hasLayers && descriptor.IsSwitchingUpPoint,
            EndsFrame: descriptor.EndsFrame
        );
    }

    internal static bool TryReadVideoSize(ReadOnlySpan<byte> payload, out VideoSize size)
    {
        size = default;
        if (!TryParse(payload, out var descriptor) || !descriptor.IsKeyFrameStart)
        {
            return false;
        }

        if (descriptor.AnnouncedSize != default)
        {
            size = descriptor.AnnouncedSize;
            return true;
        }

        return Vp9FrameHeader.TryReadKeyFrameSize(payload[descriptor.Length..], out size);
    }

    /// <summary>Reads the sizes in a scalability structure, that of spatial layer 0 first.</summary>
    /// <returns>How many are told, at most as many as there is room for; 0 without a structure.</returns>
    public static int ReadSizes(ReadOnlySpan<byte> payload, Span<VideoSize> sizes)
    {
        if (!TryParse(payload, out var descriptor) || !descriptor.HasScalabilityStructure)
        {
            return 0;
        }

        var reader = new ByteReader(payload[descriptor._structureOffset..]);
        var head = reader.ReadByte();
        var count = (head & SizesBit) == 0 ? 0 : Math.Min((head >> 5) + 1, sizes.Length);
        for (var layer = 0; layer < count; layer++)
        {
            sizes[layer] = new VideoSize(reader.ReadUInt16(), reader.ReadUInt16());
        }

        return count;
    }

    //  0 1 2 3 4 5 6 7
    // +-----+-+-+-----+
    // | N_S |Y|G| RSV |  N_S + 1 spatial layers
    // +-----+-+-+-----+
    // | width, height |  if Y; 16 bits each, for each layer
    // +---------------+
    // |      N_G      |  if G; pictures in the group, then for each:
    // +-----+-+---+---+
    // |  T  |U| R |RSV|    temporal layer, switching up, number of references
    // +-----+-+---+---+
    // |    P_DIFF     |    R times
    // +---------------+
    private static VideoSize ReadScalabilityStructure(ref ByteReader reader)
    {
        var head = reader.ReadByte();
        var size = default(VideoSize);
        if ((head & SizesBit) != 0)
        {
            for (var layer = head >> 5; layer >= 0; layer--)
            {
                size = new VideoSize(reader.ReadUInt16(), reader.ReadUInt16());
            }
        }

        if ((head & 0x08) != 0)
        {
            for (var pictures = reader.ReadByte(); pictures > 0; pictures--)
            {
                reader.Skip((reader.ReadByte() >> 2) & 3);
            }
        }

        return size;
    }
}
