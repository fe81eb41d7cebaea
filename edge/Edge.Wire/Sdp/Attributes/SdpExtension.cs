namespace Edge.Wire.Sdp.Attributes;

/// <summary>One <c>a=extmap</c> line (RFC 8285 §5).</summary>
/// <param name="Id">The local identifier.</param>
/// <param name="Uri">The extension's name.</param>
/// <param name="Direction">The direction written after the identifier; sendrecv when none is.</param>
public sealed record SdpExtension(int Id, string Uri, SdpDirection Direction);
