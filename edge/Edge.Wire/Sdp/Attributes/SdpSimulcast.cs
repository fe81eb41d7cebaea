using System.Collections.Immutable;

namespace Edge.Wire.Sdp.Attributes;

/// <summary>The <c>a=simulcast</c> line (RFC 8853 §5.1).</summary>
/// <remarks>
/// Shape: one rid for each simulcast stream, in order. Of alternatives (<c>1,2</c>) the first is taken,
/// the sender's favourite; the mark of a paused stream (<c>~</c>) is left out.
/// </remarks>
/// <param name="Send">Streams that the writer sends.</param>
/// <param name="Receive">Streams that the writer receives.</param>
public sealed record SdpSimulcast(ImmutableArray<string> Send, ImmutableArray<string> Receive);
