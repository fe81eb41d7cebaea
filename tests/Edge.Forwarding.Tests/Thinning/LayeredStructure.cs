namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Writes dependency descriptors of streams with layers: one template for each pair, everything
/// else said frame by frame (AV1 RTP specification, appendix A.8).</summary>
internal sealed class LayeredStructure(LayeredMode mode)
{
    private int _offset = 60;

    public int TargetCount => mode.Spatials * mode.Temporals;

    /// <summary>The decode target of a pair.</summary>
    public int TargetOf(int spatial, int temporal) => (spatial * mode.Temporals) + temporal;

    /// <summary>The descriptor of a packet.</summary>
    public byte[] Write(LayeredFrame frame, bool isFirst, bool isLast)
    {
        var hasStructure = isFirst && frame.IsKey && frame.Spatial == 0;
        // Templates of each structure have other ids than those of the one before.
        _offset = hasStructure ? (_offset + TargetCount) % 64 : _offset;
        var bits = new BitText()
            .Put(isFirst ? 1 : 0, 1)
            .Put(isLast ? 1 : 0, 1)
            .Put((_offset + TargetOf(frame.Spatial, frame.Temporal)) % 64, 6)
            .Put(frame.Number & 0xFFFF, 16);
        if (!isFirst)
        {
            return bits.ToBytes();
        }

        bits.Put(hasStructure ? 1 : 0, 1).Put(0, 1).Put(0b111, 3);
        if (hasStructure)
        {
            PutStructure(bits);
        }

        foreach (var indication in frame.Indications)
        {
            bits.Put("-DSR".IndexOf(indication, StringComparison.Ordinal), 2);
        }

        foreach (var reference in frame.References)
        {
            bits.Put(3, 2).Put(frame.Number - reference - 1, 12);
        }

        bits.Put(0, 2);
        foreach (var step in frame.Chains)
        {
            bits.Put(step, 8);
        }

        return bits.ToBytes();
    }

    private void PutStructure(BitText bits)
    {
        bits.Put(_offset, 6).Put(TargetCount - 1, 5);
        for (var target = 1; target < TargetCount; target++)
        {
            bits.Put(target % mode.Temporals == 0 ? 2 : 1, 2);
        }

        bits.Put(3, 2);
        for (var template = 0; template < TargetCount; template++)
        {
            for (var target = 0; target < TargetCount; target++)
            {
                bits.Put(IsPart(template, target) ? 2 : 0, 2);
            }
        }

        for (var template = 0; template < TargetCount; template++)
        {
            bits.Put(0, 1);
        }

        bits.PutBelow(mode.Spatials, TargetCount + 1);
        for (var target = 0; target < TargetCount; target++)
        {
            bits.PutBelow(target / mode.Temporals, mode.Spatials);
        }

        bits.Put(0, 4 * TargetCount * mode.Spatials % 32);
        for (var rest = 4 * TargetCount * mode.Spatials / 32; rest > 0; rest--)
        {
            bits.Put(0, 32);
        }

        bits.Put(0, 1);
    }

    private bool IsPart(int template, int target) =>
        template % mode.Temporals <= target % mode.Temporals
        && (
            mode.IsKeyMode
                ? template / mode.Temporals == target / mode.Temporals
                : template / mode.Temporals <= target / mode.Temporals
        );
}
