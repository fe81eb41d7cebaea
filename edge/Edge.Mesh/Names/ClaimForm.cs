using Edge.Wire.State;

namespace Edge.Mesh.Names;

/// <summary>The form in which the claim of a publisher goes to the node at which it goes on.</summary>
public static class ClaimForm
{
    private const int ValuesMin = 4;

    /// <summary>A later one than wall time ever is. Chosen: newer claims can still be told.</summary>
    private const ulong GenerationMax = ulong.MaxValue / 2;

    /// <summary>Writes a claim, with the age that it had.</summary>
    public static void Write(StateWriter writer, in ClaimNotice claim)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        writer.UInt(claim.Claim.Generation);
        writer.UInt(claim.Claim.Owner.Pop);
        writer.UInt(claim.Claim.Owner.Node);
        writer.Duration(claim.Age);
        writer.End(outer);
    }

    /// <summary>Reads a claim; null when it makes no sense.</summary>
    public static ClaimNotice? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(ValuesMin);
        var generation = reader.UInt(GenerationMax);
        var owner = new NodeAddress(reader.UInt16(), reader.UInt16());
        var age = reader.Span();
        reader.End(outer);
        if (age < TimeSpan.Zero)
        {
            reader.Break();
        }

        return reader.IsBroken
            ? null
            : new ClaimNotice(new StreamClaim(generation, owner)) { Age = age };
    }
}
