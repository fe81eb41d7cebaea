using System.Collections.Immutable;

namespace Edge.Bus.Lan.Handshakes;

/// <summary>The handshake as the side that listens sees it: a hello in, an answer out.</summary>
/// <remarks>Sans-IO. A hello may be a replay: nothing of it is believed until the first record authenticates.
/// Without the key nothing is answered.</remarks>
internal sealed class AcceptorHandshake
{
    private readonly HandshakeParty _self;
    private readonly ImmutableArray<LanKey> _keys;
    private readonly byte[] _answer = new byte[Envelope.Bytes];

    /// <summary>Begins one.</summary>
    /// <param name="self">This side.</param>
    /// <param name="keys">The keys that are valid.</param>
    internal AcceptorHandshake(HandshakeParty self, ImmutableArray<LanKey> keys)
    {
        _self = self;
        _keys = keys;
    }

    /// <summary>What to answer once a hello was taken.</summary>
    internal ReadOnlySpan<byte> Answer => _answer;

    /// <summary>Takes the whole hello (<see cref="Envelope.TryReadLength"/>).</summary>
    /// <param name="hello">The bytes.</param>
    /// <param name="nonce">32 random bytes of this handshake alone.</param>
    /// <param name="dialler">The name of who says hello.</param>
    /// <param name="secrets">The secrets of the records.</param>
    internal HandshakeError HandleHello(
        ReadOnlySpan<byte> hello,
        ReadOnlySpan<byte> nonce,
        out string dialler,
        out SessionSecrets? secrets
    )
    {
        dialler = "";
        secrets = null;
        var error = TryOpen(hello, out var key, out var sender, out var receiver);
        if (error != HandshakeError.None)
        {
            return error;
        }

        if (!string.Equals(receiver, _self.Name, StringComparison.Ordinal))
        {
            return HandshakeError.WrongName;
        }

        // Of two the one with the smaller name connects; that also refuses a process of this one's own name.
        var order = string.CompareOrdinal(sender.Name, _self.Name);
        if (order == 0)
        {
            return HandshakeError.WrongName;
        }

        dialler = sender.Name;
        if (order > 0)
        {
            return HandshakeError.Knock;
        }

        Span<byte> derived = stackalloc byte[LanKey.SecretBytes];
        HandshakeKeys.Answer(key, hello, nonce, derived);
        Envelope.WriteHeader(_answer, Envelope.Answer, key.Id, nonce);
        Envelope.Seal(_answer, derived, _self, sender.Name);

        // The answer is sent all the same, so that the other side sees why.
        var version = _self.Choose(sender);
        if (version == 0)
        {
            return HandshakeError.VersionMismatch;
        }

        var (receiving, sending) = HandshakeKeys.Records(
            key,
            version,
            (sender.Name, _self.Name),
            hello,
            _answer
        );
        secrets = new(version, sending, receiving, sender);
        return HandshakeError.None;
    }

    private HandshakeError TryOpen(
        ReadOnlySpan<byte> hello,
        out LanKey key,
        out HandshakeParty sender,
        out string receiver
    )
    {
        key = default;
        sender = default;
        receiver = "";
        var error = Envelope.TryReadLength(hello, Envelope.Hello, out var lengthBytes);
        if (error != HandshakeError.None)
        {
            return error;
        }

        if (hello.Length != lengthBytes)
        {
            return HandshakeError.WrongLength;
        }

        error = HandshakeError.UnknownKey;
        Span<byte> derived = stackalloc byte[LanKey.SecretBytes];
        foreach (var candidate in _keys)
        {
            // Ids follow from keys: two keys may have one id.
            if (candidate.Id == Envelope.KeyId(hello))
            {
                HandshakeKeys.Hello(candidate, hello, derived);
                error = Envelope.TryOpen(hello, derived, out sender, out receiver);
                if (error == HandshakeError.None)
                {
                    key = candidate;
                    return error;
                }
            }
        }

        return error;
    }
}
