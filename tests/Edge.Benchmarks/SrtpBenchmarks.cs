using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Benchmarks;

/// <summary>What encrypting and decrypting one packet costs: this node's ciphers beside OpenSSL's.</summary>
/// <remarks>A packet has a header of 12 bytes, and of its payload three bytes stand in the viewer's slot already;
/// the rest comes from the packet that all viewers share.</remarks>
[Config(typeof(BenchmarkSettings))]
public class SrtpBenchmarks
{
    private const int HeaderBytes = 12;
    private const int PrefixBytes = 3;
    private const int SlotBytes = 1500;

    private readonly byte[] _slot = new byte[SlotBytes];
    private readonly byte[] _received = new byte[SlotBytes];
    private readonly byte[] _iv = new byte[12];
    private readonly byte[] _counter = new byte[16];
    private readonly byte[] _code = new byte[ISrtpAuthenticator.CodeBytes];
    private byte[] _tail = [];
    private SrtpSession? _session;
    private ISrtpAead? _seal;
    private ISrtpAead? _open;
    private ISrtpKeyStream? _stream;
    private ISrtpAuthenticator? _authenticator;
    private ushort _sequence;

    /// <summary>Bytes of the plain packet.</summary>
    [Params(120, 1200)]
    public int PacketBytes { get; set; }

    /// <summary>The profile.</summary>
    [Params(SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmSha1Tag80)]
    public SrtpProfile Profile { get; set; }

    /// <summary>What it runs on.</summary>
    [Params(BenchmarkCiphers.Ours, BenchmarkCiphers.OpenSsl)]
    public BenchmarkCiphers Ciphers { get; set; }

    private int TextBytes => PacketBytes - HeaderBytes;

    /// <summary>Makes ciphers, and a session of them.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        ISrtpCipherFactory ciphers =
            Ciphers == BenchmarkCiphers.Ours ? SrtpCiphers.Best : OpenSslSrtpCipherFactory.Instance;
        var random = Prng.FromNumber(1);
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(Profile)];
        random.Fill(exported);
        _session = new(
            SrtpKeyingMaterial.FromExporter(Profile, DtlsRole.Client, exported),
            ciphers
        );
        _tail = new byte[TextBytes - PrefixBytes];
        _slot[0] = _received[0] = 0x80;
        var key = new byte[Profile == SrtpProfile.AeadAes256Gcm ? 32 : 16];
        random.Fill(key);
        _seal = ciphers.CreateAead(key, SrtpDirection.Protect);
        _open = ciphers.CreateAead(key, SrtpDirection.Unprotect);
        _stream = ciphers.CreateKeyStream(key);
        _authenticator = ciphers.CreateAuthenticator(new byte[20]);
    }

    /// <summary>Gives the keys back.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _session?.Dispose();
        _seal?.Dispose();
        _open?.Dispose();
        _stream?.Dispose();
        _authenticator?.Dispose();
    }

    /// <summary>The whole step of a session: index, window, IV, cipher and tag.</summary>
    [Benchmark]
    public int Protect()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_slot.AsSpan(2), _sequence++);
        return _session!.ProtectRtp(_slot, HeaderBytes, PrefixBytes, _tail);
    }

    /// <summary>Cipher and tag only, into the slot.</summary>
    [Benchmark]
    public bool Seal()
    {
        var text = _slot.AsSpan(HeaderBytes, TextBytes);
        var plain = new SrtpPlainText(text[..PrefixBytes], _tail);
        return Profile == SrtpProfile.Aes128CmSha1Tag80
            ? _stream!.Apply(_counter, plain, text)
                && _authenticator!.Compute(
                    _slot.AsSpan(0, PacketBytes),
                    _counter.AsSpan(0, 4),
                    _code
                )
            : _seal!.Seal(
                _iv,
                new(_slot.AsSpan(0, HeaderBytes), []),
                plain,
                text,
                _slot.AsSpan(PacketBytes, 16)
            );
    }

    /// <summary>Cipher and tag, in place. What is decrypted twice is no longer authentic, and takes as
    /// long.</summary>
    [Benchmark]
    public bool Open()
    {
        var text = _received.AsSpan(HeaderBytes, TextBytes);
        return Profile == SrtpProfile.Aes128CmSha1Tag80
            ? _authenticator!.Compute(
                _received.AsSpan(0, PacketBytes),
                _counter.AsSpan(0, 4),
                _code
            ) && _stream!.Apply(_counter, new(text, []), text)
            : _open!.Open(
                _iv,
                new(_received.AsSpan(0, HeaderBytes), []),
                text,
                _received.AsSpan(PacketBytes, 16)
            );
    }
}
