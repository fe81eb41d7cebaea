using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>The BIO through which libssl reads and writes datagrams of an engine, one a call.</summary>
/// <remarks>
/// A memory BIO would lose the borders of datagrams. The BIO's data is the handle of its engine. The
/// callbacks run inside calls of the engine, on its thread, and never throw.
/// </remarks>
internal static unsafe class DatagramBio
{
    private const int TypeSourceSink = 0x400;

    // Commands of BIO_ctrl.
    private const int ControlFlush = 11;
    private const int ControlNextTimeout = 45;

    // BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY: nothing to read now.
    private const int FlagsRetryRead = 0x09;

    // BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY.
    private const int FlagsRetryAll = 0x0F;

    private static readonly nint Method = CreateMethod();

    /// <summary>Makes a BIO for an engine; libssl frees it with the SSL object it is given to.</summary>
    public static nint Create(GCHandle engine)
    {
        var bio = OpenSslException.ThrowIfNull(
            LibCrypto.BIO_new(Method),
            nameof(LibCrypto.BIO_new)
        );
        LibCrypto.BIO_set_data(bio, GCHandle.ToIntPtr(engine));
        return bio;
    }

    private static nint CreateMethod()
    {
        fixed (byte* name = "edge datagram\0"u8)
        {
            var method = OpenSslException.ThrowIfNull(
                LibCrypto.BIO_meth_new(LibCrypto.BIO_get_new_index() | TypeSourceSink, name),
                nameof(LibCrypto.BIO_meth_new)
            );
            _ = LibCrypto.BIO_meth_set_read(method, &Read);
            _ = LibCrypto.BIO_meth_set_write(method, &Write);
            _ = LibCrypto.BIO_meth_set_ctrl(method, &Control);
            return method;
        }
    }

    private static OpenSslDtlsEngine EngineOf(nint bio) =>
        (OpenSslDtlsEngine)GCHandle.FromIntPtr(LibCrypto.BIO_get_data(bio)).Target!;

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, int length)
    {
        LibCrypto.BIO_clear_flags(bio, FlagsRetryAll);
        if (EngineOf(bio).TryTakeInput(new(buffer, length), out var taken))
        {
            return taken;
        }

        LibCrypto.BIO_set_flags(bio, FlagsRetryRead);
        return -1;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* buffer, int length)
    {
        LibCrypto.BIO_clear_flags(bio, FlagsRetryAll);
        EngineOf(bio).TakeOutput(new(buffer, length));
        return length;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, void* data)
    {
        switch (command)
        {
            case ControlFlush:
                return 1;
            case ControlNextTimeout:
                EngineOf(bio).NoteDeadline((nint)data);
                return 1;
            default:
                return 0;
        }
    }
}
