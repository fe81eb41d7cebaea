namespace Anycast.Takeover.Indices;

/// <summary>Whose indices are counted.</summary>
public enum StreamKind : byte
{
    /// <summary>None: what a later version may count.</summary>
    None,

    /// <summary>SRTP packets: 48 bits, of which the receiver guesses the upper 32 (RFC 3711 §3.3.1).</summary>
    Srtp,

    /// <summary>SRTCP packets: 31 bits, in the packet (RFC 3711 §3.4).</summary>
    Srtcp,

    /// <summary>DTLS records of epoch 1: 48 bits, in the record (RFC 6347 §4.1).</summary>
    Dtls,
}
