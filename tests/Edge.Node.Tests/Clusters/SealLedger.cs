using System.Buffers.Binary;
using System.Security.Cryptography;
using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp;

namespace Edge.Node.Tests.Clusters;

/// <summary>Ciphers that write down under which key and nonce what is protected, for all who are in a simulation.</summary>
/// <remarks>
/// Of AES-GCM header and text are written down with who protects them. AES-CM is one operation for both directions, so its text is
/// written down with what becomes of it, whichever of the two is the plain one: a receiver that decrypts a packet writes the
/// same again, and what is not authentic is never decrypted. Of its headers nothing, as they are under no key stream.
/// </remarks>
/// <param name="broken">Told of a key and nonce, or a key and record number, under which something else was protected.</param>
internal sealed class SealLedger(Action<string> broken) : ISrtpCipherFactory
{
    /// <summary>Of a DTLS record number, type, version and length are authenticated, and of nothing else so many bytes.</summary>
    private const int RecordAssociatedBytes = 13;

    private const ulong HashStart = 14_695_981_039_346_656_037;
    private const ulong HashPrime = 1_099_511_628_211;

    private readonly ISrtpCipherFactory _ciphers = SrtpCiphers.Best;
    private readonly Dictionary<(UInt128 Key, UInt128 Nonce), ulong> _sealed = [];

    /// <inheritdoc/>
    public string Description => _ciphers.Description;

    /// <inheritdoc/>
    public ISrtpAead CreateAead(ReadOnlySpan<byte> key, SrtpDirection direction)
    {
        var cipher = _ciphers.CreateAead(key, direction);
        return direction == SrtpDirection.Protect ? new Recorder(this, cipher, Name(key)) : cipher;
    }

    /// <inheritdoc/>
    public ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key) =>
        new StreamRecorder(this, _ciphers.CreateKeyStream(key), Name(key));

    /// <inheritdoc/>
    public ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key) =>
        _ciphers.CreateAuthenticator(key);

    /// <summary>Something is protected.</summary>
    internal void Note(UInt128 key, UInt128 nonce, ulong text)
    {
        if (!_sealed.TryAdd((key, nonce), text) && _sealed[(key, nonce)] != text)
        {
            broken($"Two different packets under key {key:x} and nonce {nonce:x}.");
        }
    }

    private static UInt128 Name(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = unchecked((hash ^ value) * HashPrime);
        }

        return hash;
    }

    private sealed class StreamRecorder(SealLedger ledger, ISrtpKeyStream cipher, UInt128 key)
        : ISrtpKeyStream
    {
        public bool Apply(ReadOnlySpan<byte> counter, SrtpPlainText text, Span<byte> destination)
        {
            // The head may stand in the destination.
            var before = Hash(Hash(HashStart, text.Head), text.Tail);
            var isApplied = cipher.Apply(counter, text, destination);
            var after = Hash(HashStart, destination);
            ledger.Note(
                key,
                BinaryPrimitives.ReadUInt128BigEndian(counter),
                unchecked(before + after)
            );
            return isApplied;
        }

        public void Dispose() => cipher.Dispose();
    }

    private sealed class Recorder(SealLedger ledger, ISrtpAead cipher, UInt128 key) : ISrtpAead
    {
        public bool Seal(
            ReadOnlySpan<byte> iv,
            SrtpAssociatedData associated,
            SrtpPlainText plain,
            Span<byte> destination,
            Span<byte> tag
        )
        {
            var text = Hash(HashStart, associated.Head);
            text = Hash(Hash(text, associated.Tail), plain.Head);
            text = Hash(text, plain.Tail);
            Span<byte> nonce = stackalloc byte[16];
            nonce.Clear();
            iv.CopyTo(nonce);
            ledger.Note(key, BinaryPrimitives.ReadUInt128BigEndian(nonce), text);
            if (associated.Head.Length == RecordAssociatedBytes)
            {
                // Epoch and sequence number: nonces end in zeros, this does not.
                var number = BinaryPrimitives.ReadUInt64BigEndian(associated.Head);
                ledger.Note(key, ((UInt128)number << 8) | 1, text);
            }

            return cipher.Seal(iv, associated, plain, destination, tag);
        }

        public bool Open(
            ReadOnlySpan<byte> iv,
            SrtpAssociatedData associated,
            Span<byte> text,
            ReadOnlySpan<byte> tag
        ) => cipher.Open(iv, associated, text, tag);

        public void Dispose() => cipher.Dispose();
    }
}
