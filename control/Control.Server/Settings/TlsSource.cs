using System.Collections.Immutable;
using System.Net;

namespace Control.Server.Settings;

/// <summary>Where HTTPS takes its certificate from.</summary>
internal abstract record TlsSource
{
    private TlsSource() { }

    /// <summary>Plain HTTP.</summary>
    public sealed record None : TlsSource;

    /// <summary>PEM files, read again when they change.</summary>
    public sealed record Files(string CertificatePath, string KeyPath) : TlsSource;

    /// <summary>A certificate made at start for these addresses, which browsers warn about.</summary>
    public sealed record SelfSigned(ImmutableArray<IPAddress> Addresses) : TlsSource;
}
