using System.Security.Cryptography;
using System.Text;

namespace Edge.Bus.Lan.Handshakes;

/// <summary>The keys of a handshake, each from the PoP key by HKDF-SHA256 (RFC 5869) under a label of its own.</summary>
internal static class HandshakeKeys
{
    private const int KeyBytes = 32;

    private static ReadOnlySpan<byte> HelloLabel => "edge lan hello"u8;

    private static ReadOnlySpan<byte> AnswerLabel => "edge lan answer"u8;

    private static ReadOnlySpan<byte> RecordsLabel => "edge lan records"u8;

    /// <summary>The key of a hello: salt = the dialler's nonce.</summary>
    internal static void Hello(in LanKey key, ReadOnlySpan<byte> hello, Span<byte> derived) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            key.Secret.AsSpan(),
            derived,
            Envelope.Nonce(hello),
            HelloLabel
        );

    /// <summary>The key of an answer: salt = both nonces, info = label and hash of the hello.</summary>
    internal static void Answer(
        in LanKey key,
        ReadOnlySpan<byte> hello,
        ReadOnlySpan<byte> answerNonce,
        Span<byte> derived
    )
    {
        Span<byte> salt = stackalloc byte[2 * Envelope.NonceBytes];
        Envelope.Nonce(hello).CopyTo(salt);
        answerNonce.CopyTo(salt[Envelope.NonceBytes..]);
        Span<byte> info = stackalloc byte[AnswerLabel.Length + SHA256.HashSizeInBytes];
        AnswerLabel.CopyTo(info);
        SHA256.HashData(hello, info[AnswerLabel.Length..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret.AsSpan(), derived, salt, info);
    }

    /// <summary>The secrets of the records: salt = both nonces; info = label, version, both names with their
    /// lengths, hash of hello and answer. The first half is the dialler's.</summary>
    internal static (byte[] FromDialler, byte[] FromAcceptor) Records(
        in LanKey key,
        byte version,
        (string Dialler, string Acceptor) names,
        ReadOnlySpan<byte> hello,
        ReadOnlySpan<byte> answer
    )
    {
        Span<byte> salt = stackalloc byte[2 * Envelope.NonceBytes];
        Envelope.Nonce(hello).CopyTo(salt);
        Envelope.Nonce(answer).CopyTo(salt[Envelope.NonceBytes..]);
        byte[] info =
        [
            .. RecordsLabel,
            version,
            (byte)names.Dialler.Length,
            .. Encoding.ASCII.GetBytes(names.Dialler),
            (byte)names.Acceptor.Length,
            .. Encoding.ASCII.GetBytes(names.Acceptor),
            .. SHA256.HashData([.. hello, .. answer]),
        ];
        Span<byte> both = stackalloc byte[2 * KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret.AsSpan(), both, salt, info);
        return (both[..KeyBytes].ToArray(), both[KeyBytes..].ToArray());
    }
}
