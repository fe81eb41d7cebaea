namespace Edge.Node.HandOver.Letters;

/// <summary>The question whether a node would take sessions.</summary>
/// <remarks>
/// Behind the header, whose key id is 0:
/// <code>
/// | nonce 16 | count 1 | count times: key id 1, MAC 32 |
/// </code>
/// A MAC for each secret that who asks has, over header and nonce, so that whoever has one of them knows that it is asked
/// by a node of the PoP. A later version may append.
/// </remarks>
internal static class HandOverAsk
{
    /// <summary>Bytes of the number that the answer repeats.</summary>
    public const int NonceBytes = 16;

    private const int CountOffset = HandOverHeader.Bytes + NonceBytes;
    private const int ProofBytes = 1 + HandOverKeys.KeyBytes;

    private static ReadOnlySpan<byte> Purpose => "edge hand-over ask v1"u8;

    /// <summary>Writes a question.</summary>
    public static byte[] Write(HandOverKeys keys, HandOverRoute route, ReadOnlySpan<byte> nonce)
    {
        var message = new byte[CountOffset + 1 + (keys.Count * ProofBytes)];
        HandOverHeader.Write(message, HandOverKind.Ask, keyId: 0, route);
        nonce.CopyTo(message.AsSpan(HandOverHeader.Bytes));
        message[CountOffset] = (byte)keys.Count;
        var signed = message.AsSpan(0, CountOffset);
        var proof = message.AsSpan(CountOffset + 1);
        foreach (var id in keys.Ids)
        {
            proof[0] = id;
            keys.WriteMac(id, nonce, Purpose, signed, proof[1..ProofBytes]);
            proof = proof[ProofBytes..];
        }

        return message;
    }

    /// <summary>Reads a question.</summary>
    /// <param name="message">The message.</param>
    /// <param name="keys">The secrets.</param>
    /// <param name="route">Who asks whom.</param>
    /// <param name="nonce">What the answer has to repeat; borrows the message.</param>
    /// <param name="keyId">A secret that both have.</param>
    /// <returns>False when it is none, or not by a node of the PoP.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> message,
        HandOverKeys keys,
        out HandOverRoute route,
        out ReadOnlySpan<byte> nonce,
        out byte keyId
    )
    {
        nonce = default;
        keyId = 0;
        if (
            !HandOverHeader.TryRead(message, HandOverKind.Ask, out _, out route)
            || message.Length <= CountOffset
            || message[CountOffset] > HandOverKeys.KeysMax
            || message.Length < CountOffset + 1 + (message[CountOffset] * ProofBytes)
        )
        {
            return false;
        }

        nonce = message.Slice(HandOverHeader.Bytes, NonceBytes);
        var proofs = message.Slice(CountOffset + 1, message[CountOffset] * ProofBytes);
        for (; proofs.Length > 0; proofs = proofs[ProofBytes..])
        {
            keyId = proofs[0];
            if (keys.IsMac(keyId, nonce, Purpose, message[..CountOffset], proofs[1..ProofBytes]))
            {
                return true;
            }
        }

        return false;
    }
}
