using System.Globalization;
using System.Text;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Writes steps for a golden file: the description, then what became of requests and sections.</summary>
internal sealed class SessionText
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a step under a heading.</summary>
    public SessionText Add(string heading, SessionStep step)
    {
        _text.Append(CultureInfo.InvariantCulture, $"=== {heading}\n");
        if (step is SessionStep.Refused refused)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{refused.Kind}: {refused.Sentence}\n");
            return this;
        }

        Add(((SessionStep.Taken)step).Change);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Add(SessionChange change)
    {
        _text.Append(change.Sdp?.Replace("\r\n", "\n", StringComparison.Ordinal) ?? "no SDP\n");
        if (change.Transport is { } transport)
        {
            _text.Append(
                CultureInfo.InvariantCulture,
                $"transport: {transport.Kind}, we are DTLS {transport.Remote.LocalDtlsRole}\n"
            );
        }

        foreach (var outcome in change.Outcomes)
        {
            _text.Append(
                outcome switch
                {
                    SectionOutcome.Granted granted =>
                        $"request {granted.RequestIndex}: mid {granted.Mid} {granted.Kind}\n",
                    SectionOutcome.Refused refused =>
                        $"request {refused.RequestIndex}: refused, {refused.Sentence}\n",
                    _ => throw new InvalidOperationException(),
                }
            );
        }

        foreach (var section in change.Sections)
        {
            Add(section);
        }
    }

    private void Add(SectionChange section)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{section.Kind}: mid {section.Mid}");
        if (section.Media is { } media)
        {
            Add(media);
        }

        if (section.DataChannels is { } channels)
        {
            _text.Append(
                CultureInfo.InvariantCulture,
                $" port {channels.RemotePort} messages {channels.RemoteMessageBytesMax}"
            );
        }

        _text.Append('\n');
    }

    private void Add(MediaAgreement media)
    {
        _text.Append(
            CultureInfo.InvariantCulture,
            $" {media.Codec.Name} {media.Codec.PayloadType}/{media.Codec.RtxPayloadType}"
        );
        if (media.LocalSsrc is { } local)
        {
            _text.Append(
                CultureInfo.InvariantCulture,
                $" ssrc {local.Value}/{media.LocalRtxSsrc?.Value}"
            );
        }

        if (!media.Rids.IsEmpty)
        {
            _text.Append(CultureInfo.InvariantCulture, $" rids {string.Join(' ', media.Rids)}");
        }
    }
}
