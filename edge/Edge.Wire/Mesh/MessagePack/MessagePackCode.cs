namespace Edge.Wire.Mesh.MessagePack;

/// <summary>The first bytes of values (MessagePack specification, "Formats"). Those not listed are
/// numbers from 0 to 127 and, from 0xE0, from -32 to -1.</summary>
internal static class MessagePackCode
{
    public const byte PositiveNumberMax = 0x7F;
    public const byte ShortMap = 0x80;
    public const byte ShortArray = 0x90;
    public const byte ShortText = 0xA0;
    public const byte Nil = 0xC0;
    public const byte Reserved = 0xC1;
    public const byte False = 0xC2;
    public const byte True = 0xC3;
    public const byte Binary8 = 0xC4;
    public const byte Binary16 = 0xC5;
    public const byte Binary32 = 0xC6;
    public const byte Extension8 = 0xC7;
    public const byte Float32 = 0xCA;
    public const byte Float64 = 0xCB;
    public const byte Unsigned8 = 0xCC;
    public const byte Unsigned16 = 0xCD;
    public const byte Unsigned32 = 0xCE;
    public const byte Unsigned64 = 0xCF;
    public const byte Signed8 = 0xD0;
    public const byte Signed16 = 0xD1;
    public const byte Signed32 = 0xD2;
    public const byte Signed64 = 0xD3;
    public const byte FixedExtension1 = 0xD4;
    public const byte Text8 = 0xD9;
    public const byte Text16 = 0xDA;
    public const byte Text32 = 0xDB;
    public const byte Array16 = 0xDC;
    public const byte Array32 = 0xDD;
    public const byte Map16 = 0xDE;
    public const byte Map32 = 0xDF;
    public const byte NegativeNumberMin = 0xE0;

    /// <summary>Most elements whose count stands in the first byte of an array or a map.</summary>
    public const int ShortCountMax = 15;

    /// <summary>Most bytes of a text whose length stands in its first byte.</summary>
    public const int ShortTextBytesMax = 31;
}
