namespace Edge.Wire.Sdp;

/// <summary>Writes descriptions and fragments.</summary>
internal static class SdpWriter
{
    public static string Write(SessionDescription description) =>
        throw new InvalidOperationException("Not yet.");

    public static string Write(TrickleFragment fragment) =>
        throw new InvalidOperationException("Not yet.");
}
