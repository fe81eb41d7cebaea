using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>Makes the one socket of a <see cref="NatsLink"/>. The client library makes further ones when it
/// reconnects by itself; here it gets none, since a new connection has a new link.</summary>
/// <param name="url">The server as it was written: the library is not told of TLS.</param>
/// <param name="options">How to connect.</param>
internal sealed class NatsSockets(Uri url, NatsBusOptions options)
    : INatsSocketConnectionFactory,
        IDisposable
{
    /// <summary>It, once there.</summary>
    public NatsSocket? Socket { get; private set; }

    /// <summary>Why there is none, if it failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Connects.</summary>
    public async ValueTask<INatsSocketConnection> ConnectAsync(
        Uri uri,
        NatsOpts opts,
        CancellationToken cancellationToken
    )
    {
        if (Socket is not null)
        {
            throw new InvalidOperationException("There was one connection, and it has ended.");
        }

        try
        {
            Socket = new(uri, options.UsesTls(url) ? CreateTls(uri) : null, $"{options.Name}-read");
            await Socket.ConnectAsync(cancellationToken);
            return Socket;
        }
        catch (Exception failure)
        {
            Failure = failure;
            throw;
        }
    }

    /// <summary>Closes it; what was not sent is not sent any more, whoever waits for it.</summary>
    public void Dispose() => Socket?.Abort();

    private SslClientAuthenticationOptions CreateTls(Uri uri)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = uri.IdnHost };
        if (options.CaFile is { } path)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(path);
            tls.CertificateChainPolicy = policy;
        }

        return tls;
    }
}
