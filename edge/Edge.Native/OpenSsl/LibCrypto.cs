using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>The functions of libcrypto 3 that are used. Names and order of arguments are OpenSSL's.</summary>
/// <remarks>Those of the packet path take about a microsecond at most and call nothing back, so they
/// run without a transition of the garbage collector.</remarks>
internal static unsafe partial class LibCrypto
{
    /// <summary>EVP_CTRL_AEAD_GET_TAG.</summary>
    public const int ControlReadTag = 0x10;

    /// <summary>EVP_CTRL_AEAD_SET_TAG.</summary>
    public const int ControlWriteTag = 0x11;

    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Library)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(Library)]
    public static partial nint EVP_aes_128_ctr();

    [LibraryImport(Library)]
    public static partial nint EVP_aes_256_ctr();

    [LibraryImport(Library)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    /// <summary>Sets cipher and key.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_CipherInit_ex(
        nint context,
        nint cipher,
        nint engine,
        byte* key,
        byte* iv,
        int isEncryption
    );

    /// <summary>Sets the IV only.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    [SuppressGCTransition]
    public static partial int EVP_CipherInit_iv(
        nint context,
        nint cipher,
        nint engine,
        byte* key,
        byte* iv,
        int isEncryption
    );

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int EVP_CipherUpdate(
        nint context,
        byte* output,
        int* outputLength,
        byte* input,
        int inputLength
    );

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, int* outputLength);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int argument, void* data);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int SHA1_Init(Sha1Context* context);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int SHA1_Update(Sha1Context* context, byte* data, nuint length);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int SHA1_Final(byte* digest, Sha1Context* context);

    /// <summary>One block of 64 bytes, uncounted.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void SHA1_Transform(Sha1Context* context, byte* block);

    [LibraryImport(Library)]
    public static partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_write(
        nint method,
        delegate* unmanaged<nint, byte*, int, int> write
    );

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_read(
        nint method,
        delegate* unmanaged<nint, byte*, int, int> read
    );

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_ctrl(
        nint method,
        delegate* unmanaged<nint, int, nint, void*, nint> control
    );

    [LibraryImport(Library)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Library)]
    public static partial int BIO_free(nint bio);

    [LibraryImport(Library)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Library)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Library)]
    public static partial nint d2i_X509(nint target, byte** der, nint length);

    [LibraryImport(Library)]
    public static partial int i2d_X509(nint certificate, byte** der);

    [LibraryImport(Library)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    public static partial nint d2i_AutoPrivateKey(nint target, byte** der, nint length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial void ERR_clear_error();

    [LibraryImport(Library)]
    public static partial nuint ERR_peek_error();

    [LibraryImport(Library)]
    public static partial nint ERR_reason_error_string(nuint error);

    [LibraryImport(Library)]
    public static partial nuint OpenSSL_version_num();
}
