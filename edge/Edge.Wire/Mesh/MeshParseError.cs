namespace Edge.Wire.Mesh;

/// <summary>What is wrong with bytes that should be a message of the mesh.</summary>
public enum MeshParseError : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A value goes on behind the end of the bytes.</summary>
    Truncated,

    /// <summary>Bytes follow behind the whole message.</summary>
    TrailingBytes,

    /// <summary>A value is of another type than belongs there.</summary>
    OtherType,

    /// <summary>The first byte of a value is 0xC1, which MessagePack never uses.</summary>
    ReservedCode,

    /// <summary>The message is of a version that this node does not know.</summary>
    UnknownVersion,

    /// <summary>An array ends before an element that has to be there.</summary>
    MissingElement,

    /// <summary>A number or a text is outside what its element may be.</summary>
    ValueRange,

    /// <summary>The message, or bytes inside it, are longer than <see cref="MeshLimits"/> allows.</summary>
    TooLong,

    /// <summary>An array has more elements than <see cref="MeshLimits"/> allows.</summary>
    TooManyElements,
}
