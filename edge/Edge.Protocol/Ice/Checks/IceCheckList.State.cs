using Edge.Wire.State;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <content>How it comes into another process.</content>
internal sealed partial class IceCheckList
{
    /// <summary>Writes the pairs and when they are checked.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(_isStarted);
        writer.Bool(_isConcluded);
        writer.Moment(_pacedUntil);
        writer.Moment(_nominateAt);
        var list = writer.Begin();
        foreach (ref readonly var pair in _pairs.AsSpan(0, _count))
        {
            Write(writer, in pair);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written; the list has to be empty.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        _isStarted = reader.Bool();
        _isConcluded = reader.Bool();
        _pacedUntil = reader.Moment();
        _nominateAt = reader.Moment();
        var list = reader.Begin(PairsMax, out var count);
        _pairs = count == 0 ? [] : new IcePair[PairsMax];
        for (; _count < count && !reader.IsBroken; _count++)
        {
            _pairs[_count] = ReadPair(ref reader);
        }

        reader.End(list);
        reader.End(outer);
    }

    private static void Write(StateWriter writer, in IcePair pair)
    {
        Span<byte> id = stackalloc byte[StunTransactionId.Bytes];
        pair.TransactionId.Write(id);
        var outer = writer.Begin();
        writer.Address(in pair.Address);
        writer.Moment(pair.NextSendAt);
        writer.Bytes(id);
        writer.UInt((ulong)pair.Sends);
        writer.UInt((ulong)pair.State);
        writer.Bool(pair.IsTriggered);
        writer.Bool(pair.IsNominatedByPeer);
        writer.End(outer);
    }

    private static IcePair ReadPair(ref StateReader reader)
    {
        Span<byte> id = stackalloc byte[StunTransactionId.Bytes];
        var outer = reader.BeginWhole(valuesMin: 7);
        var pair = new IcePair { Address = reader.Address(), NextSendAt = reader.Moment() };
        reader.Bytes(id);
        pair.TransactionId = StunTransactionId.Read(id);
        pair.Sends = reader.Int32(int.MaxValue / 2);
        pair.State = (IcePairState)reader.Int32((int)IcePairState.Failed);
        pair.IsTriggered = reader.Bool();
        pair.IsNominatedByPeer = reader.Bool();
        reader.End(outer);
        return pair;
    }
}
