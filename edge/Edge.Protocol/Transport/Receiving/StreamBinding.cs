namespace Edge.Protocol.Transport.Receiving;

/// <summary>Which negotiated stream an SSRC carries.</summary>
/// <param name="Section">Index of the m-section.</param>
/// <param name="Layer">Index of the encoding; 0 without simulcast.</param>
/// <param name="IsRepair">Whether it carries retransmissions (RFC 4588).</param>
internal readonly record struct StreamBinding(byte Section, byte Layer, bool IsRepair);
