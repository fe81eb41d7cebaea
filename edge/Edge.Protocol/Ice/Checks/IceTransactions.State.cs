using Edge.Primitives;
using Edge.Wire.State;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <content>How they come into another process.</content>
internal sealed partial class IceTransactions
{
    /// <summary>Writes the requests whose answers still count, the oldest first.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="generations">The credentials by their numbers; those under others are left out.</param>
    public void Write(StateWriter writer, scoped ReadOnlySpan<IceGeneration?> generations)
    {
        var list = writer.Begin();
        for (var index = 0; index < _items.Length; index++)
        {
            ref readonly var item = ref _items[(_next + index) % CountMax];
            var generation = item.Generation is null
                ? 0
                : generations.IndexOfReference(item.Generation);
            if (generation > 0)
            {
                Write(writer, in item, generation);
            }
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader, scoped ReadOnlySpan<IceGeneration?> generations)
    {
        var list = reader.Begin(CountMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            ReadItem(ref reader, generations);
        }

        reader.End(list);
    }

    private static void Write(StateWriter writer, in IceTransaction item, int generation)
    {
        Span<byte> id = stackalloc byte[StunTransactionId.Bytes];
        item.Id.Write(id);
        var outer = writer.Begin();
        writer.Bytes(id);
        writer.Address(item.Address);
        writer.UInt((ulong)generation);
        writer.UInt((ulong)item.Kind);
        writer.UInt((ulong)item.Role);
        writer.End(outer);
    }

    private void ReadItem(ref StateReader reader, scoped ReadOnlySpan<IceGeneration?> generations)
    {
        Span<byte> id = stackalloc byte[StunTransactionId.Bytes];
        var outer = reader.BeginWhole(valuesMin: 5);
        reader.Bytes(id);
        var address = reader.Address();
        var generation = generations[reader.Int32(generations.Length - 1)];
        var kind = (IceCheckKind)reader.Int32((int)IceCheckKind.Consent);
        var role = (IceRole)reader.Int32((int)IceRole.Controlling);
        reader.End(outer);
        if (generation is null)
        {
            reader.Break();
            return;
        }

        Add(new IceTransaction(StunTransactionId.Read(id), address, generation, kind, role));
    }
}
