namespace Edge.Wire.Payload;

/// <summary>Width and height of a picture in pixels.</summary>
public readonly record struct VideoSize(int Width, int Height);
