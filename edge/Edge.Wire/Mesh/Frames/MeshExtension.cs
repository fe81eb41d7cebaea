namespace Edge.Wire.Mesh.Frames;

/// <summary>A header extension that the packets of a track carry.</summary>
/// <param name="Uri">Its name, one of <see cref="Rtp.RtpExtensionUri"/> or another.</param>
/// <param name="Id">Its identifier in these packets, 1 to 255 (RFC 8285 §4.3).</param>
public readonly record struct MeshExtension(string Uri, byte Id);
