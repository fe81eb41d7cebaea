using Control.Server.Tls;
using Edge.Primitives;

namespace Control.Server.Telemetry;

/// <summary>What is said of the certificate of HTTPS.</summary>
internal static class CertificateMetrics
{
    private static readonly Metric NotAfter = Metric.Gauge(
        "control_certificate_not_after_seconds",
        "When the certificate of HTTPS ends to be valid, in seconds since 1970."
    );

    private static readonly Metric Refused = Metric.Gauge(
        "control_certificate_refused",
        "1 while the certificate's files have something that cannot be used, and the one before goes on."
    );

    private static readonly Metric Reloads = Metric.Counter(
        "control_certificate_reloads_total",
        "Times that another certificate was taken from the files."
    );

    /// <summary>Reports them.</summary>
    public static Task ReportAsync(CertificateStore? certificates, IMetricSink sink)
    {
        if (certificates is null)
        {
            return Task.CompletedTask;
        }

        var notAfter = certificates.Current.TargetCertificate.NotAfter.ToUniversalTime();
        sink.Set(NotAfter, (notAfter - DateTime.UnixEpoch).TotalSeconds);
        sink.Set(Refused, certificates.IsRefused ? 1 : 0);
        sink.Set(Reloads, certificates.Reloads);
        return Task.CompletedTask;
    }
}
