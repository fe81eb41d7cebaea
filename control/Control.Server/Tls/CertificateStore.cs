using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Control.Server.Settings;

namespace Control.Server.Tls;

/// <summary>The certificate of HTTPS; read again when its files change.</summary>
/// <remarks>The files' contents are compared, not their times, and no notifications are used: both
/// miss the symbolic links that Kubernetes swaps. Threads: any; one may refresh.</remarks>
internal sealed partial class CertificateStore
{
    /// <summary>Chosen: short against the lifetime of any certificate, long against a stat.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private const int FileBytesMax = 1024 * 1024;

    private readonly TlsSource.Files? _files;
    private readonly ILogger _log;
    private volatile SslStreamCertificateContext _current;
    private PemTexts? _texts;
    private volatile string? _refusal;
    private long _reloads;

    private CertificateStore(
        SslStreamCertificateContext current,
        TlsSource.Files? files,
        PemTexts? texts,
        ILogger log
    )
    {
        _current = current;
        _files = files;
        _texts = texts;
        _log = log;
    }

    /// <summary>The certificate for the next handshake, with its chain.</summary>
    public SslStreamCertificateContext Current => _current;

    /// <summary>Whether the files have something else that cannot be used.</summary>
    public bool IsRefused => _refusal is not null;

    /// <summary>How often another certificate was taken from the files.</summary>
    public long Reloads => Volatile.Read(ref _reloads);

    /// <summary>A store over files.</summary>
    /// <exception cref="CryptographicException">They hold no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static CertificateStore FromFiles(TlsSource.Files files, ILogger log)
    {
        var texts = PemTexts.Read(files);
        return new CertificateStore(Load(texts), files, texts, log);
    }

    /// <summary>A store over a certificate that does not change.</summary>
    public static CertificateStore FromCertificate(X509Certificate2 certificate, ILogger log) =>
        new(
            SslStreamCertificateContext.Create(certificate, null, offline: true),
            files: null,
            texts: null,
            log
        );

    /// <summary>Reads the files again if they changed. What is wrong with them is logged, and the
    /// certificate there is goes on serving.</summary>
    public void Refresh()
    {
        if (_files is null)
        {
            return;
        }

        try
        {
            var texts = PemTexts.Read(_files);
            if (texts == _texts)
            {
                // What could not be read for a while is as it was.
                _refusal = null;
                return;
            }

            _current = Load(texts);
            _texts = texts;
            _refusal = null;
            Interlocked.Increment(ref _reloads);
            LogReloaded(_log, _current.TargetCertificate.NotAfter);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Once for each reason: it may last until somebody looks.
            if (!string.Equals(_refusal, exception.Message, StringComparison.Ordinal))
            {
                _refusal = exception.Message;
                LogReloadFailed(_log, exception.Message);
            }
        }
    }

    /// <summary>Refreshes until cancelled.</summary>
    public async Task WatchAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Refresh();
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the process.
        }
    }

    private static SslStreamCertificateContext Load(PemTexts texts)
    {
        var certificate = LoadPair(texts);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(texts.Certificate);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static X509Certificate2 LoadPair(PemTexts texts)
    {
        try
        {
            return X509Certificate2.CreateFromPem(texts.Certificate, texts.Key);
        }
        catch (ArgumentException exception)
        {
            // What the framework throws for a key of another certificate, while both change.
            throw new CryptographicException("The key is not the certificate's.", exception);
        }
    }

    private sealed record PemTexts(string Certificate, string Key)
    {
        public static PemTexts Read(TlsSource.Files files)
        {
            foreach (var path in (ReadOnlySpan<string>)[files.CertificatePath, files.KeyPath])
            {
                if (new FileInfo(path).Length > FileBytesMax)
                {
                    throw new IOException($"'{path}' is larger than {FileBytesMax} bytes.");
                }
            }

            return new PemTexts(
                File.ReadAllText(files.CertificatePath),
                File.ReadAllText(files.KeyPath)
            );
        }
    }
}
