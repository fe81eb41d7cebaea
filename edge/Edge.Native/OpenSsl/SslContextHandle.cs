using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>Owns an SSL_CTX. Connections made of it keep it alive by themselves.</summary>
internal sealed class SslContextHandle : SafeHandle
{
    /// <summary>Takes over an SSL_CTX.</summary>
    public SslContextHandle(nint context)
        : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(context);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}
