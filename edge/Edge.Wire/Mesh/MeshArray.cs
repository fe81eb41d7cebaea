using Edge.Wire.Mesh.MessagePack;

namespace Edge.Wire.Mesh;

/// <summary>What all arrays of the mesh have in common: elements that have to be there, others that an
/// older version left out, others that a newer one appended.</summary>
internal static class MeshArray
{
    /// <summary>Reads the beginning of a whole message: its array and its version.</summary>
    /// <param name="reader">At the start of the message.</param>
    /// <param name="elementsMin">Elements that have to be there, the version among them.</param>
    /// <param name="further">How many there are more.</param>
    public static bool TryOpenMessage(
        ref MessagePackReader reader,
        int elementsMin,
        out int further
    )
    {
        further = 0;
        if (
            !reader.TryReadArrayHeader(countMin: 1, int.MaxValue, out var count)
            || !reader.TryReadUInt(ulong.MaxValue, out var version)
        )
        {
            return false;
        }

        // First, for another version may have other elements.
        if (version != MeshLimits.Version)
        {
            return reader.Fail(MeshParseError.UnknownVersion);
        }

        if (count < elementsMin)
        {
            return reader.Fail(MeshParseError.MissingElement);
        }

        further = count - elementsMin;
        return true;
    }

    /// <summary>Reads the header of an array inside a message.</summary>
    public static bool TryOpen(ref MessagePackReader reader, int elementsMin, out int further)
    {
        var isRead = reader.TryReadArrayHeader(elementsMin, int.MaxValue, out var count);
        further = count - elementsMin;
        return isRead;
    }

    /// <summary>Whether there is one more element and it is not nil; takes a nil.</summary>
    public static bool HasOptional(ref MessagePackReader reader, ref int further)
    {
        if (further == 0)
        {
            return false;
        }

        further--;
        return !reader.TryReadNil();
    }

    /// <summary>Passes over what is left of an array after which the message has to end.</summary>
    public static bool TryClose(ref MessagePackReader reader, int further) =>
        reader.TrySkip(further) && (reader.IsAtEnd || reader.Fail(MeshParseError.TrailingBytes));
}
