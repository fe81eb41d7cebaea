using System.Globalization;
using System.Text;
using Edge.Protocol.Negotiation;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Writes a result for a golden file: the answer, then what was agreed.</summary>
internal static class AgreementText
{
    public static string Of(NegotiationResult<PublishAgreement> result) =>
        result switch
        {
            NegotiationResult<PublishAgreement>.Agreed agreed => Of(
                agreed.AnswerSdp,
                agreed.Agreement.Remote,
                agreed.Agreement.Media
            ),
            NegotiationResult<PublishAgreement>.Refused refused =>
                $"{refused.Kind}: {refused.Sentence}\n",
            _ => throw new InvalidOperationException(),
        };

    public static string Of(NegotiationResult<PlayAgreement> result) =>
        result switch
        {
            NegotiationResult<PlayAgreement>.Agreed agreed => Of(
                agreed.AnswerSdp,
                agreed.Agreement.Remote,
                agreed.Agreement.Media
            ),
            NegotiationResult<PlayAgreement>.Refused refused =>
                $"{refused.Kind}: {refused.Sentence}\n",
            _ => throw new InvalidOperationException(),
        };

    private static string Of(
        string answer,
        RemoteTransport remote,
        IEnumerable<MediaAgreement> media
    )
    {
        var text = new StringBuilder(answer.Replace("\r\n", "\n", StringComparison.Ordinal));
        text.Append(
            CultureInfo.InvariantCulture,
            $"\nagreed: we are DTLS {remote.LocalDtlsRole}, remote {remote.UsernameFragment}"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $" at [{string.Join(' ', remote.Candidates)}]{(remote.IsIceLite ? " lite" : "")}\n"
        );
        foreach (var agreement in media)
        {
            Append(text, agreement);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MediaAgreement agreement)
    {
        var codec = agreement.Codec;
        var map = agreement.Extensions;
        var flags = string.Join(
            ' ',
            new[]
            {
                codec.HasNack ? "nack" : "",
                codec.HasPli ? "pli" : "",
                codec.HasFir ? "fir" : "",
                codec.HasTransportCc ? "transport-cc" : "",
                codec.HasRemb ? "remb" : "",
                agreement.ReducedSizeRtcp ? "rsize" : "",
                agreement.UsesExtmapAllowMixed ? "mixed" : "",
            }.Where(flag => flag.Length > 0)
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"mid {agreement.Mid} {agreement.Kind} track {agreement.TrackIndex}: {codec.Kind} {codec.PayloadType} rtx {codec.RtxPayloadType} [{flags}] msid \"{agreement.Msid}\""
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  ext mid {map.Mid} rid {map.Rid} rrid {map.RepairedRid} twcc {map.TransportSequence} abs-send {map.AbsoluteSendTime} level {map.AudioLevel} dd {map.DependencyDescriptor} vla {map.VideoLayersAllocation} orientation {map.VideoOrientation} playout {map.PlayoutDelay} color {map.ColorSpace} capture {map.AbsoluteCaptureTime}"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  rids [{string.Join(' ', agreement.Rids)}] remote [{string.Join(' ', agreement.RemoteSources.Select(source => $"{source.Media}/{source.Rtx}"))}] local {agreement.LocalSsrc}/{agreement.LocalRtxSsrc}"
        );
    }
}
