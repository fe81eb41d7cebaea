using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>The functions of libssl 3 that are used. Names and order of arguments are OpenSSL's; numbers
/// of SSL_ctrl and SSL_CTX_ctrl are those behind its macros.</summary>
internal static unsafe partial class LibSsl
{
    /// <summary>SSL_CTRL_SET_MTU.</summary>
    public const int ControlMtu = 17;

    /// <summary>SSL_CTRL_SET_READ_AHEAD.</summary>
    public const int ControlReadAhead = 41;

    /// <summary>SSL_CTRL_SET_SESS_CACHE_MODE.</summary>
    public const int ControlSessionCache = 44;

    /// <summary>DTLS_CTRL_HANDLE_TIMEOUT.</summary>
    public const int ControlHandleTimeout = 74;

    /// <summary>SSL_CTRL_SET_GROUPS_LIST.</summary>
    public const int ControlGroups = 92;

    /// <summary>SSL_CTRL_SET_MIN_PROTO_VERSION.</summary>
    public const int ControlVersionMin = 123;

    /// <summary>SSL_ERROR_WANT_READ.</summary>
    public const int ErrorWantRead = 2;

    /// <summary>SSL_ERROR_WANT_WRITE.</summary>
    public const int ErrorWantWrite = 3;

    /// <summary>SSL_ERROR_ZERO_RETURN: an authenticated close_notify.</summary>
    public const int ErrorZeroReturn = 6;

    /// <summary>DTLS1_2_VERSION.</summary>
    public const int VersionDtls12 = 0xFEFD;

    /// <summary>SSL_OP_NO_QUERY_MTU: the MTU is what we say.</summary>
    public const ulong OptionNoQueryMtu = 0x1000;

    /// <summary>SSL_OP_NO_TICKET.</summary>
    public const ulong OptionNoTicket = 0x4000;

    /// <summary>SSL_OP_NO_COMPRESSION.</summary>
    public const ulong OptionNoCompression = 0x2_0000;

    /// <summary>SSL_OP_CIPHER_SERVER_PREFERENCE.</summary>
    public const ulong OptionServerPreference = 0x40_0000;

    /// <summary>SSL_OP_NO_RENEGOTIATION.</summary>
    public const ulong OptionNoRenegotiation = 0x4000_0000;

    /// <summary>SSL_VERIFY_PEER and SSL_VERIFY_FAIL_IF_NO_PEER_CERT.</summary>
    public const int VerifyPeerRequired = 3;

    private const string Library = "libssl.so.3";

    [LibraryImport(Library)]
    public static partial nint DTLS_method();

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, byte* data);

    [LibraryImport(Library)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_verify(
        nint context,
        int mode,
        delegate* unmanaged<int, nint, int> verify
    );

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_cipher_list(nint context, byte* names);

    /// <summary>Returns 0 on success, unlike its neighbours.</summary>
    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_tlsext_use_srtp(nint context, byte* names);

    [LibraryImport(Library)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_bio(nint ssl, nint input, nint output);

    [LibraryImport(Library)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, void* data);

    [LibraryImport(Library)]
    public static partial void DTLS_set_timer_cb(
        nint ssl,
        delegate* unmanaged<nint, uint, uint> timer
    );

    [LibraryImport(Library)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_read(nint ssl, byte* buffer, int length);

    [LibraryImport(Library)]
    public static partial int SSL_write(nint ssl, byte* buffer, int length);

    [LibraryImport(Library)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Library)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);

    /// <summary>Points to a name (pointer) and an id (unsigned long), or is null.</summary>
    [LibraryImport(Library)]
    public static partial nint* SSL_get_selected_srtp_profile(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_export_keying_material(
        nint ssl,
        byte* output,
        nuint outputLength,
        byte* label,
        nuint labelLength,
        byte* context,
        nuint contextLength,
        int useContext
    );

    /// <summary>A name of a few letters for the step of the handshake, constant.</summary>
    [LibraryImport(Library)]
    public static partial byte* SSL_state_string(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Library)]
    public static partial nuint SSL_SESSION_get_master_key(
        nint session,
        byte* output,
        nuint length
    );

    [LibraryImport(Library)]
    public static partial nuint SSL_get_client_random(nint ssl, byte* output, nuint length);

    [LibraryImport(Library)]
    public static partial nuint SSL_get_server_random(nint ssl, byte* output, nuint length);

    [LibraryImport(Library)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    /// <summary>The suite's number on the wire.</summary>
    [LibraryImport(Library)]
    public static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);
}
