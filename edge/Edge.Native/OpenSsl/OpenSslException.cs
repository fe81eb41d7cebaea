using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>The crypto library could not make an object: no memory, or a build without the algorithm.</summary>
public sealed class OpenSslException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public OpenSslException() { }

    /// <summary>Makes an exception with a message.</summary>
    public OpenSslException(string message)
        : base(message) { }

    /// <summary>Makes an exception with a message and a cause.</summary>
    public OpenSslException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>Throws unless a call answered 1.</summary>
    internal static void ThrowUnlessOne(nint result, string call)
    {
        if (result != 1)
        {
            Throw(call);
        }
    }

    /// <summary>Throws when a call answered a null pointer; else passes it on.</summary>
    internal static nint ThrowIfNull(nint pointer, string call)
    {
        if (pointer == 0)
        {
            Throw(call);
        }

        return pointer;
    }

    private static void Throw(string call)
    {
        var error = LibCrypto.ERR_peek_error();
        var reason = Marshal.PtrToStringUTF8(LibCrypto.ERR_reason_error_string(error));
        LibCrypto.ERR_clear_error();
        throw new OpenSslException($"{call} failed: {reason ?? "no reason given"}.");
    }
}
