using Edge.Wire.Sdp;

namespace Edge.Testing.Jsep;

/// <summary>One m-line as a <see cref="JsepClient"/> knows it.</summary>
/// <param name="Mid">Its identification.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Transceiver">What uses it; null when it is dead.</param>
public sealed record JsepSlot(string Mid, SdpMediaKind Kind, JsepTransceiver? Transceiver)
{
    /// <summary>Whether it may be used again.</summary>
    public bool IsDead => Transceiver is null;

    /// <summary>Whether it is in the bundle of the next offer.</summary>
    public bool IsLive => Transceiver is { IsStopping: false, IsStopped: false };
}
