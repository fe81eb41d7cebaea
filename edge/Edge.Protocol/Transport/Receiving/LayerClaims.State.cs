using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How they come into another process.</content>
internal sealed partial class LayerClaims
{
    /// <summary>Writes what was said and is not taken yet.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var claim in _claims.AsSpan(_nextToTake))
        {
            var item = writer.Begin();
            writer.Bool(claim.IsActive);
            writer.UInt((ulong)claim.Pixels);
            writer.End(item);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(_claims.Length, out var count);
        _nextToTake = _claims.Length - count;
        foreach (ref var claim in _claims.AsSpan(_nextToTake))
        {
            var item = reader.BeginWhole(valuesMin: 2);
            claim = new LayerClaim(reader.Bool(), reader.Int32(int.MaxValue));
            reader.End(item);
        }

        reader.End(list);
    }
}
