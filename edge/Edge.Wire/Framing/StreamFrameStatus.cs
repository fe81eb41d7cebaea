namespace Edge.Wire.Framing;

/// <summary>What the bytes of a stream begin with.</summary>
public enum StreamFrameStatus : byte
{
    /// <summary>A part of a frame, or nothing: more bytes are needed.</summary>
    Partial,

    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>A frame longer than the reader takes. There is no way to skip it that costs less than
    /// taking it: the connection is over.</summary>
    TooLong,
}
