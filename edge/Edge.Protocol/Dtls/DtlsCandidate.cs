namespace Edge.Protocol.Dtls;

/// <summary>An engine in its handshake, and for a server the ClientHello it is for.</summary>
/// <param name="engine">The engine.</param>
/// <param name="hello">The ClientHello.</param>
internal sealed class DtlsCandidate(IDtlsEngine engine, DtlsHelloKey hello)
{
    /// <summary>The engine.</summary>
    public IDtlsEngine Engine { get; } = engine;

    /// <summary>The ClientHello it is for; its random is learned from the fragment that has it.</summary>
    public DtlsHelloKey Hello { get; set; } = hello;

    /// <summary>Whether a server sent its flight.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether it was given any input.</summary>
    public bool WasFed { get; set; }
}
