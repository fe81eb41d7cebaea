using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>Joins the pieces of messages (RFC 9260 §6.9).</summary>
/// <remarks>
/// Shape: a map from the TSN. Adjacent pieces of one message form runs; each run's ends know each other,
/// so that a piece is joined in constant time. Bounded by the bytes that <see cref="DataReceiver"/> lets
/// in, where each piece has a price.
/// </remarks>
internal sealed partial class Reassembly(MessagePool pool)
{
    private readonly Dictionary<long, Fragment> _fragments = [];
    private readonly List<long> _dropped = [];

    /// <summary>How many pieces are held.</summary>
    public int Count => _fragments.Count;

    /// <summary>Takes a piece that is not a whole message; its TSN is not held yet.</summary>
    public FragmentRun Add(long tsn, in SctpData data)
    {
        var fragment = new Fragment
        {
            Buffer = pool.Rent(data.Payload.Length),
            Length = data.Payload.Length,
            Protocol = data.PayloadProtocol,
            StreamId = data.StreamId,
            Sequence = data.StreamSequence,
            Flags = (byte)(
                data.Flags & (SctpData.BeginFlag | SctpData.EndFlag | SctpData.UnorderedFlag)
            ),
        };
        data.Payload.CopyTo(fragment.Buffer);
        return Add(tsn, fragment);
    }

    private FragmentRun Add(long tsn, in Fragment fragment)
    {
        var first = tsn;
        var last = tsn;
        var bytes = fragment.Length;
        ref var before = ref Find(tsn - 1);
        if (!Unsafe.IsNullRef(ref before) && Joins(before, fragment))
        {
            first = before.RunOtherEnd;
            bytes += Find(first).RunBytes;
        }

        ref var after = ref Find(tsn + 1);
        if (!Unsafe.IsNullRef(ref after) && Joins(fragment, after))
        {
            last = after.RunOtherEnd;
            bytes += after.RunBytes;
        }

        _fragments.Add(tsn, fragment);
        return Tie(first, last, bytes);
    }

    /// <summary>Joins a whole run into one message and forgets its pieces.</summary>
    public ReceivedItem Take(in FragmentRun run)
    {
        var head = Find(run.First);
        var buffer = pool.Rent(run.Bytes);
        var offset = 0;
        for (var tsn = run.First; tsn <= run.Last; tsn++)
        {
            _fragments.Remove(tsn, out var fragment);
            fragment.Buffer.AsSpan(0, fragment.Length).CopyTo(buffer.AsSpan(offset));
            offset += fragment.Length;
            pool.Return(fragment.Buffer);
        }

        return new()
        {
            Kind = ReceivedItemKind.Message,
            StreamId = head.StreamId,
            Sequence = head.Sequence,
            Protocol = head.Protocol,
            Buffer = buffer,
            Length = run.Bytes,
        };
    }

    /// <summary>Whether a TSN is held.</summary>
    public bool Holds(long tsn) => _fragments.ContainsKey(tsn);

    /// <summary>Forgets all pieces up to a TSN, which their sender gave up.</summary>
    /// <returns>Their bytes.</returns>
    public int DropUpTo(long tsn, out int count)
    {
        foreach (var (held, _) in _fragments)
        {
            if (held <= tsn)
            {
                _dropped.Add(held);
            }
        }

        var bytes = 0;
        count = 0;
        foreach (var held in _dropped)
        {
            TryDrop(held, ref bytes, ref count);
        }

        _dropped.Clear();
        return bytes;
    }

    /// <summary>Forgets runs that can never be whole: the TSN before or behind them was received or skipped
    /// and is no piece of theirs. usrsctp leaves such when it gives messages up.</summary>
    /// <returns>Their bytes.</returns>
    public int DropBroken(long cumulative, out int count)
    {
        foreach (var (tsn, fragment) in _fragments)
        {
            var isHeadless =
                (fragment.Flags & SctpData.BeginFlag) == 0
                && tsn - 1 <= cumulative
                && !Continues(tsn - 1, fragment, isBefore: true);
            var isTailless =
                (fragment.Flags & SctpData.EndFlag) == 0
                && tsn + 1 <= cumulative
                && !Continues(tsn + 1, fragment, isBefore: false);
            if (isHeadless || isTailless)
            {
                _dropped.Add(tsn);
            }
        }

        var bytes = 0;
        count = 0;
        foreach (var tsn in _dropped)
        {
            DropRun(tsn, ref bytes, ref count);
        }

        _dropped.Clear();
        return bytes;
    }

    private void DropRun(long tsn, ref int bytes, ref int count)
    {
        if (!_fragments.TryGetValue(tsn, out var fragment))
        {
            return;
        }

        var (first, last) = (tsn, tsn);
        for (var at = fragment; Continues(first - 1, at, isBefore: true); at = Find(first))
        {
            first--;
        }

        for (var at = fragment; Continues(last + 1, at, isBefore: false); at = Find(last))
        {
            last++;
        }

        for (; first <= last; first++)
        {
            TryDrop(first, ref bytes, ref count);
        }
    }

    private void TryDrop(long tsn, ref int bytes, ref int count)
    {
        if (_fragments.Remove(tsn, out var fragment))
        {
            pool.Return(fragment.Buffer);
            bytes += fragment.Length;
            count++;
        }
    }

    /// <summary>Whether a held neighbour belongs to the same message.</summary>
    private bool Continues(long tsn, in Fragment fragment, bool isBefore)
    {
        ref var neighbour = ref Find(tsn);
        return !Unsafe.IsNullRef(ref neighbour)
            && (isBefore ? Joins(neighbour, fragment) : Joins(fragment, neighbour));
    }

    private static bool Joins(in Fragment left, in Fragment right) =>
        (left.Flags & SctpData.EndFlag) == 0
        && (right.Flags & SctpData.BeginFlag) == 0
        && ((left.Flags ^ right.Flags) & SctpData.UnorderedFlag) == 0
        && left.StreamId == right.StreamId
        && left.Protocol == right.Protocol
        && (left.Sequence == right.Sequence || (left.Flags & SctpData.UnorderedFlag) != 0);

    private FragmentRun Tie(long first, long last, int bytes)
    {
        ref var start = ref Find(first);
        ref var end = ref Find(last);
        end.RunOtherEnd = first;
        start.RunOtherEnd = last;
        start.RunBytes = bytes;
        var isWhole =
            (start.Flags & SctpData.BeginFlag) != 0 && (end.Flags & SctpData.EndFlag) != 0;
        return new(first, last, bytes, isWhole);
    }

    private ref Fragment Find(long tsn) =>
        ref CollectionsMarshal.GetValueRefOrNullRef(_fragments, tsn);
}
