namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Tells whether two agreements of a section differ in what packets look like.</summary>
internal static class AgreementComparison
{
    /// <summary>The old agreement where the new one says the same, so that nothing needs to be told.</summary>
    public static MediaAgreement Keep(MediaAgreement? before, MediaAgreement after) =>
        before is not null && IsSame(before, after) ? before : after;

    private static bool IsSame(MediaAgreement one, MediaAgreement other) =>
        one.Mid == other.Mid
        && one.Kind == other.Kind
        && one.Codec == other.Codec
        && one.TelephoneEventPayloadType == other.TelephoneEventPayloadType
        && one.Extensions == other.Extensions
        && one.LocalSsrc == other.LocalSsrc
        && one.LocalRtxSsrc == other.LocalRtxSsrc
        && one.UsesExtmapAllowMixed == other.UsesExtmapAllowMixed
        && one.IsEncrypted == other.IsEncrypted
        && one.ReducedSizeRtcp == other.ReducedSizeRtcp
        && one.Rids.AsSpan().SequenceEqual(other.Rids.AsSpan())
        && one.RemoteSources.AsSpan().SequenceEqual(other.RemoteSources.AsSpan());
}
