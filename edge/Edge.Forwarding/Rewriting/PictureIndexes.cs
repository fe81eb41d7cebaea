using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Forwarding.Rewriting;

/// <summary>The three counters in a VP8 descriptor, as values sent or as offsets of a run.</summary>
/// <param name="PictureId">15 bits.</param>
/// <param name="Tl0PictureIndex">8 bits.</param>
/// <param name="KeyIndex">5 bits.</param>
internal readonly record struct PictureIndexes(
    ushort PictureId,
    byte Tl0PictureIndex,
    byte KeyIndex
)
{
    /// <summary>The offsets that make a key frame continue one after the last sent picture.</summary>
    public static PictureIndexes OffsetsAfter(
        PictureIndexes last,
        in Vp8Descriptor first,
        int id
    ) =>
        new(
            (ushort)((id - last.PictureId - 1) & Vp8Descriptor.PictureIdMask),
            unchecked((byte)(first.Tl0PictureIndex - last.Tl0PictureIndex - 1)),
            (byte)((first.KeyIndex - last.KeyIndex - 1) & Vp8Descriptor.KeyIndexMask)
        );

    /// <summary>What is sent for a received descriptor when these are a run's offsets.</summary>
    public PictureIndexes Apply(in Vp8Descriptor received, int id) =>
        new(
            (ushort)((id - PictureId) & Vp8Descriptor.PictureIdMask),
            unchecked((byte)(received.Tl0PictureIndex - Tl0PictureIndex)),
            (byte)((received.KeyIndex - KeyIndex) & Vp8Descriptor.KeyIndexMask)
        );

    /// <summary>Those of a picture so many later, each of which is counted by all of them.</summary>
    public PictureIndexes After(int pictures) =>
        new(
            (ushort)((PictureId + pictures) & Vp8Descriptor.PictureIdMask),
            unchecked((byte)(Tl0PictureIndex + pictures)),
            (byte)((KeyIndex + pictures) & Vp8Descriptor.KeyIndexMask)
        );

    /// <summary>Writes them.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(PictureId);
        writer.UInt(Tl0PictureIndex);
        writer.UInt(KeyIndex);
        writer.End(outer);
    }

    /// <summary>Reads them.</summary>
    public static PictureIndexes Read(ref StateReader reader)
    {
        var outer = reader.Begin();
        var indexes = new PictureIndexes(
            (ushort)reader.Int32(Vp8Descriptor.PictureIdMask),
            reader.UInt8(),
            (byte)reader.Int32(Vp8Descriptor.KeyIndexMask)
        );
        reader.End(outer);
        return indexes;
    }
}
