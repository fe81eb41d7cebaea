using System.Runtime.Intrinsics.X86;
using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp.Ciphers;
using Xunit;

namespace Edge.Protocol.Tests.Srtp.Ciphers;

/// <summary>Which ciphers this machine can be tested with.</summary>
internal static class CipherKinds
{
    private static readonly int[] KeyBytes = [16, 32];

    /// <summary>Each kind that the processor has, with each length of key.</summary>
    public static TheoryData<CipherKind, int> WithKeys
    {
        get
        {
            var data = new TheoryData<CipherKind, int>();
            foreach (var kind in Enum.GetValues<CipherKind>().Where(Has))
            {
                foreach (var keyBytes in KeyBytes)
                {
                    data.Add(kind, keyBytes);
                }
            }

            return data;
        }
    }

    /// <summary>Makes ciphers of one kind.</summary>
    public static HardwareSrtpCipherFactory Factory(CipherKind kind) =>
        new(
            OpenSslSrtpCipherFactory.Instance,
            kind == CipherKind.Pairs ? GhashKind.Pairs : GhashKind.Blocks
        );

    private static bool Has(CipherKind kind) =>
        HardwareSrtpCipherFactory.IsSupported
        && (kind == CipherKind.Blocks || Pclmulqdq.V256.IsSupported);
}
