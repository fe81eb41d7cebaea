using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Gathers the ICE and DTLS attributes of one m-section or of the session part.</summary>
internal sealed class TransportAttributes
{
    /// <summary>ICE username fragment.</summary>
    public string? UsernameFragment { get; private set; }

    /// <summary>ICE password.</summary>
    public string? Password { get; private set; }

    /// <summary>Fingerprints as written.</summary>
    public List<string> Fingerprints { get; } = [];

    /// <summary>DTLS role.</summary>
    public SdpSetup Setup { get; private set; }

    /// <summary>Candidates.</summary>
    public List<SdpCandidate> Candidates { get; } = [];

    /// <summary>Whether no further candidates follow.</summary>
    public bool HasEndOfCandidates { get; private set; }

    /// <summary>Takes one attribute if it is one of these.</summary>
    public SdpErrorKind Apply(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "ice-ufrag" when !value.IsEmpty:
                UsernameFragment ??= value.ToString();
                return SdpErrorKind.None;
            case "ice-pwd" when !value.IsEmpty:
                Password ??= value.ToString();
                return SdpErrorKind.None;
            case "fingerprint" when !value.IsEmpty:
                return AddFingerprint(value.ToString());
            case "setup":
                Setup = ReadSetup(value);
                return SdpErrorKind.None;
            case "candidate":
                return AddCandidate(value);
            case "end-of-candidates":
                HasEndOfCandidates = true;
                return SdpErrorKind.None;
            default:
                return SdpErrorKind.None;
        }
    }

    private SdpErrorKind AddFingerprint(string value)
    {
        if (SdpWords.Contains(Fingerprints, value))
        {
            return SdpErrorKind.None;
        }

        if (Fingerprints.Count == SdpLimits.FingerprintsMax)
        {
            return SdpErrorKind.TooManyFingerprints;
        }

        Fingerprints.Add(value);
        return SdpErrorKind.None;
    }

    private SdpErrorKind AddCandidate(ReadOnlySpan<char> value)
    {
        if (!SdpCandidate.TryParse(value, out var candidate) || Candidates.Contains(candidate))
        {
            return SdpErrorKind.None;
        }

        if (Candidates.Count == SdpLimits.CandidatesMax)
        {
            return SdpErrorKind.TooManyCandidates;
        }

        Candidates.Add(candidate);
        return SdpErrorKind.None;
    }

    private static SdpSetup ReadSetup(ReadOnlySpan<char> value) =>
        value switch
        {
            "actpass" => SdpSetup.ActivePassive,
            "active" => SdpSetup.Active,
            "passive" => SdpSetup.Passive,
            "holdconn" => SdpSetup.HoldConnection,
            _ => SdpSetup.None,
        };
}
