using Edge.Primitives;

namespace Edge.Wire.Mesh.Frames;

/// <summary>Which moment an RTP timestamp stands for, as the publisher said last (RFC 3550 §6.4.1).</summary>
/// <param name="Ntp">The moment, on the publisher's clock.</param>
/// <param name="RtpTimestamp">The same moment in the layer's units.</param>
public readonly record struct MeshSenderReport(NtpTimestamp Ntp, uint RtpTimestamp);
