using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Control.Server.Tests.Support;

/// <summary>Accepts the self-signed certificates that these tests make, which no authority knows.</summary>
internal static class OwnCertificates
{
    public static bool Accept(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    ) => certificate is not null;
}
