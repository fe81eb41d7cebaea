using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp;
using Edge.Protocol.Srtp.Ciphers;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>Which ciphers this machine can be tested with: on a processor without the instructions, OpenSSL's
/// against themselves.</summary>
internal static class CipherKinds
{
    private static readonly int[] KeyBytes = [16, 32];

    /// <summary>Each kind that the processor has.</summary>
    public static TheoryData<CipherKind> All => [.. Present];

    /// <summary>Each kind with each length of key.</summary>
    public static TheoryData<CipherKind, int> WithKeys
    {
        get
        {
            var data = new TheoryData<CipherKind, int>();
            foreach (var kind in Present)
            {
                foreach (var keyBytes in KeyBytes)
                {
                    data.Add(kind, keyBytes);
                }
            }

            return data;
        }
    }

    private static IEnumerable<CipherKind> Present => Enum.GetValues<CipherKind>().Where(Has);

    /// <summary>Makes ciphers of one kind.</summary>
    public static ISrtpCipherFactory Factory(CipherKind kind) =>
        kind switch
        {
            CipherKind.OpenSsl => OpenSslSrtpCipherFactory.Instance,
            CipherKind.Blocks => Hardware(GhashKind.Blocks),
            CipherKind.Pairs => Hardware(GhashKind.Pairs),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static HardwareSrtpCipherFactory Hardware(GhashKind kind) =>
        new(OpenSslSrtpCipherFactory.Instance, kind);

    private static bool Has(CipherKind kind) =>
        kind switch
        {
            CipherKind.OpenSsl => true,
            CipherKind.Blocks => HardwareSrtpCipherFactory.IsSupported,
            CipherKind.Pairs => HardwareSrtpCipherFactory.IsSupported
                && HardwareSrtpCipherFactory.BestKind == GhashKind.Pairs,
            _ => false,
        };
}
