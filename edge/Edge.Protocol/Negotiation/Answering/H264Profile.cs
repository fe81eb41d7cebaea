using System.Globalization;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Reads <c>profile-level-id</c> (RFC 6184 §8.1).</summary>
internal static class H264Profile
{
    private const int BaselineIdc = 0x42;
    private const int MainIdc = 0x4D;
    private const int ExtendedIdc = 0x58;
    private const int HighIdc = 0x64;
    private const int High444Idc = 0xF4;
    private const int ConstraintSet0 = 0x80;
    private const int ConstraintSet1 = 0x40;

    /// <summary>The family of a value; an absent one means baseline (RFC 6184 §8.1).</summary>
    /// <remarks>FFmpeg 8.0 prints "422001f" for constrained baseline: seven digits, of which only the
    /// first two can be trusted.</remarks>
    public static H264Family FamilyOf(ReadOnlySpan<char> profileLevelId)
    {
        if (profileLevelId.Length < 2 || !TryHex(profileLevelId[..2], out var idc))
        {
            return H264Family.Baseline;
        }

        var isWhole = profileLevelId.Length == 6;
        var constraints = isWhole && TryHex(profileLevelId[2..4], out var iop) ? iop : 0;
        return idc switch
        {
            BaselineIdc => H264Family.Baseline,
            MainIdc => (constraints & ConstraintSet0) != 0 ? H264Family.Baseline : H264Family.Main,
            ExtendedIdc when (constraints & (ConstraintSet0 | ConstraintSet1)) != 0 =>
                H264Family.Baseline,
            HighIdc => H264Family.High,
            High444Idc => H264Family.High444,
            _ => H264Family.Other,
        };
    }

    private static bool TryHex(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
