using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

public sealed class CodecMatchTests
{
    [Theory]
    [InlineData("42e01f", "Baseline")]
    [InlineData("42001f", "Baseline")]
    [InlineData("42C01E", "Baseline")]
    [InlineData("4d801f", "Baseline")]
    [InlineData("58c01f", "Baseline")]
    [InlineData("422001f", "Baseline")]
    [InlineData("", "Baseline")]
    [InlineData("zz", "Baseline")]
    [InlineData("4d001f", "Main")]
    [InlineData("4d0028", "Main")]
    [InlineData("64001f", "High")]
    [InlineData("640c1f", "High")]
    [InlineData("640032", "High")]
    [InlineData("f4001f", "High444")]
    [InlineData("6e0032", "Other")]
    public void FamilyOf_ProfileLevelId_IsFamily(string profileLevelId, string family)
    {
        Assert.Equal(family, H264Profile.FamilyOf(profileLevelId).ToString());
    }

    [Theory]
    [InlineData("p=42e01f m=1", "p=42001f m=1", "Exact")]
    [InlineData("p=42e01f m=1", "p=42e034 m=1", "Exact")]
    [InlineData("p=42e01f m=1", "p=42e01f m=0", "None")]
    [InlineData("p=42e01f m=0", "p=42e01f m=1", "Superset")]
    [InlineData("p=42e01f m=1", "p=640c1f m=1", "Superset")]
    [InlineData("p=640032 m=1", "p=640c1f m=1", "Exact")]
    [InlineData("p=640032 m=1", "p=42e01f m=1", "None")]
    [InlineData("p=640032 m=1", "p=4d001f m=1", "None")]
    [InlineData("p=6e0032 m=1", "p=640032 m=1", "None")]
    [InlineData("p=6e0032 m=1", "p=6E0032 m=1", "Exact")]
    public void Of_H264_ByFamilyAndMode(string stream, string offered, string fit)
    {
        Assert.Equal(fit, Fit(CodecKind.H264, "H264", Parameters(stream), Parameters(offered)));
    }

    [Theory]
    [InlineData(CodecKind.Vp9, "VP9", null, "profile-id=0", "Exact")]
    [InlineData(CodecKind.Vp9, "VP9", "profile-id=2", "profile-id=0", "None")]
    [InlineData(CodecKind.Vp9, "VP9", "profile-id=0", "profile-id=2", "None")]
    [InlineData(CodecKind.Av1, "AV1", null, "level-idx=5;profile=0;tier=0", "Exact")]
    [InlineData(CodecKind.Av1, "AV1", "profile=0", "profile=1", "Superset")]
    [InlineData(CodecKind.Av1, "AV1", "profile=1", null, "None")]
    [InlineData(CodecKind.H265, "H265", "profile-id=1;level-id=93", null, "Exact")]
    [InlineData(CodecKind.H265, "H265", "profile-id=2", "profile-id=1", "None")]
    [InlineData(CodecKind.H265, "h265", "profile-id=1", "profile-id=2", "Superset")]
    [InlineData(CodecKind.Vp8, "vp8", "max-fs=1", "max-fs=2", "Exact")]
    [InlineData(CodecKind.Vp8, "VP9", null, null, "None")]
    public void Of_OtherFormats_ByProfile(
        CodecKind kind,
        string name,
        string? stream,
        string? offered,
        string fit
    )
    {
        Assert.Equal(fit, Fit(kind, name, stream, offered));
    }

    private static string Fit(CodecKind kind, string name, string? stream, string? offered) =>
        CodecMatch
            .Of(
                new NegotiatedCodec(kind, new(96), null, 90_000, name, stream),
                MediaKind.Video,
                new SdpCodec(new(102), name, 90_000) { Format = offered }
            )
            .ToString();

    private static string Parameters(string text) =>
        text.Replace("p=", "profile-level-id=", StringComparison.Ordinal)
            .Replace(" m=", ";packetization-mode=", StringComparison.Ordinal);
}
