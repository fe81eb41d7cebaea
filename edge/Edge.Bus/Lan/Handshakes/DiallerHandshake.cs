namespace Edge.Bus.Lan.Handshakes;

/// <summary>The handshake as the side that connects sees it: a hello out, an answer in.</summary>
/// <remarks>Sans-IO. The answer proves that the other side has the key and is fresh, because it is sealed under a
/// key of both nonces; the first record proves the same of this side.</remarks>
internal sealed class DiallerHandshake
{
    private readonly HandshakeParty _self;
    private readonly string _peer;
    private readonly LanKey _key;
    private readonly byte[] _hello = new byte[Envelope.Bytes];

    /// <summary>Begins one.</summary>
    /// <param name="self">This side.</param>
    /// <param name="peer">The name that the other side must have.</param>
    /// <param name="key">The key to speak under.</param>
    /// <param name="nonce">32 random bytes of this handshake alone.</param>
    internal DiallerHandshake(
        HandshakeParty self,
        string peer,
        LanKey key,
        ReadOnlySpan<byte> nonce
    )
    {
        _self = self;
        _peer = peer;
        _key = key;
        Envelope.WriteHeader(_hello, Envelope.Hello, key.Id, nonce);
        Span<byte> derived = stackalloc byte[LanKey.SecretBytes];
        HandshakeKeys.Hello(key, _hello, derived);
        Envelope.Seal(_hello, derived, self, peer);
    }

    /// <summary>What to send first.</summary>
    internal ReadOnlySpan<byte> Hello => _hello;

    /// <summary>Takes the whole answer (<see cref="Envelope.TryReadLength"/>).</summary>
    internal HandshakeError HandleAnswer(ReadOnlySpan<byte> answer, out SessionSecrets? secrets)
    {
        secrets = null;
        var error = Envelope.TryReadLength(answer, Envelope.Answer, out var lengthBytes);
        if (error != HandshakeError.None)
        {
            return error;
        }

        if (answer.Length != lengthBytes)
        {
            return HandshakeError.WrongLength;
        }

        if (Envelope.KeyId(answer) != _key.Id)
        {
            return HandshakeError.UnknownKey;
        }

        Span<byte> derived = stackalloc byte[LanKey.SecretBytes];
        HandshakeKeys.Answer(_key, _hello, Envelope.Nonce(answer), derived);
        error = Envelope.TryOpen(answer, derived, out var sender, out var receiver);
        if (error != HandshakeError.None)
        {
            return error;
        }

        if (
            !string.Equals(sender.Name, _peer, StringComparison.Ordinal)
            || !string.Equals(receiver, _self.Name, StringComparison.Ordinal)
        )
        {
            return HandshakeError.WrongName;
        }

        var version = _self.Choose(sender);
        if (version == 0)
        {
            return HandshakeError.VersionMismatch;
        }

        var (sending, receiving) = HandshakeKeys.Records(
            _key,
            version,
            (_self.Name, _peer),
            _hello,
            answer
        );
        secrets = new(version, sending, receiving, sender);
        return HandshakeError.None;
    }
}
