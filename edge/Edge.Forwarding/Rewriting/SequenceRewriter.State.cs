using Edge.Forwarding.State;
using Edge.Forwarding.Tracks;
using Edge.Wire.State;

namespace Edge.Forwarding.Rewriting;

/// <content>What another process needs to go on giving numbers.</content>
internal sealed partial class SequenceRewriter
{
    private const int RunValues = 14;
    private const int SentBytes = WindowPackets / 8;

    /// <summary>No layer's packets: a run of a publisher that is not the one followed. Its numbers stay used.</summary>
    private const byte NoLayer = byte.MaxValue;

    /// <summary>Writes it.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="followed">The publisher that is followed, or -1: what it is called in another process nobody here
    /// knows, and packets of others cannot be sent any more.</param>
    public void Write(StateWriter writer, int followed)
    {
        var outer = writer.Begin();
        writer.Int(_nextOut);
        writer.Bool(_lastHadMarker);
        WriteSent(writer);
        var runs = writer.Begin();
        for (var index = FirstRun; index < _runCount; index++)
        {
            WriteRun(writer, Run(index), followed);
        }

        writer.End(runs);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense. Its runs are of no publisher until <see cref="Follow"/>.</summary>
    public static SequenceRewriter? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(4);
        var sequences = new SequenceRewriter(default)
        {
            _nextOut = reader.Sequence(),
            _lastHadMarker = reader.Bool(),
        };
        sequences.ReadSent(ref reader);
        var runs = reader.Begin(RunsMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            sequences.ReadRun(ref reader);
        }

        reader.End(runs);
        reader.End(outer);
        return reader.IsBroken ? null : sequences;
    }

    /// <summary>Says what the publisher is called here whose packets the runs that were read stand for.</summary>
    public void Follow(ushort epoch)
    {
        for (var index = FirstRun; index < _runCount; index++)
        {
            Run(index).Epoch = epoch;
        }
    }

    /// <summary>The oldest run of which a number can still be asked for, or the current one.</summary>
    private int FirstRun
    {
        get
        {
            var first = Math.Max(0, _runCount - RunsMax);
            while (first < _runCount - 1 && Run(first).LastOut < _nextOut - WindowPackets)
            {
                first++;
            }

            return first;
        }
    }

    /// <summary>The last number that a run has; -1 for none. One without a packet has none: where it would begin may be
    /// one further than where the run after it does.</summary>
    private long LastGiven
    {
        get
        {
            var last = -1L;
            for (var index = FirstRun; index < _runCount; index++)
            {
                var run = Run(index);
                last = run.LastOut >= run.FirstOut ? run.LastOut : last;
            }

            return last;
        }
    }

    private void WriteSent(StateWriter writer)
    {
        if (!_sent.IsStarted)
        {
            writer.Nothing();
            return;
        }

        Span<byte> bits = stackalloc byte[SentBytes];
        bits.Clear();
        for (var back = 0; back < WindowPackets; back++)
        {
            bits[back / 8] |= (byte)(_sent.Contains(_sent.Highest - back) ? 1 << (back % 8) : 0);
        }

        var outer = writer.Begin();
        writer.Int(_sent.Highest);
        writer.Bytes(bits);
        writer.End(outer);
    }

    private void ReadSent(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return;
        }

        var outer = reader.BeginWhole(2);
        var highest = reader.Sequence();
        var bits = reader.Bytes(SentBytes);
        reader.End(outer);
        if (bits.Length != SentBytes || highest >= _nextOut || (bits[0] & 1) == 0)
        {
            // A number that is given was not sent before.
            reader.Break();
            return;
        }

        for (var back = 0; back < WindowPackets; back++)
        {
            if ((bits[back / 8] >> (back % 8) & 1) != 0)
            {
                _sent.TryMark(highest - back);
            }
        }
    }

    private void WriteRun(StateWriter writer, in RewriteRun run, int followed)
    {
        var isFollowed = run.Epoch == followed && run.Layer != NoLayer;
        var outer = writer.Begin();
        writer.Bool(isFollowed);
        writer.UInt(isFollowed ? run.Layer : NoLayer);
        writer.Int(run.FirstIn);
        writer.Int(run.LastIn);
        writer.Int(run.FirstOut);
        writer.Int(run.LastOut);
        writer.UInt(run.Timestamps.PivotIn);
        writer.UInt(run.Timestamps.PivotOut);
        writer.Int(run.Timestamps.Scale);
        run.Pictures.Write(writer);
        writer.UInt(run.FrameOffset);
        writer.Bool(run.HasDescriptors);
        writer.UInt(FirstReceived(run));
        writer.Repeats(StepsOf(run, stackalloc uint[WindowPackets]));
        writer.End(outer);
    }

    private void ReadRun(ref StateReader reader)
    {
        var outer = reader.BeginWhole(RunValues);
        var isFollowed = reader.Bool();
        var layer = reader.UInt8();
        var run = new RewriteRun
        {
            Layer = isFollowed ? layer : NoLayer,
            FirstIn = reader.Sequence(),
            LastIn = reader.Sequence(min: -1),
            FirstOut = reader.Sequence(),
            LastOut = reader.Sequence(min: -1),
            Timestamps = new(
                reader.UInt32(),
                reader.UInt32(),
                (int)reader.Int(1, TimestampMap.ScaleOne)
            ),
            Pictures = PictureIndexes.Read(ref reader),
            FrameOffset = reader.UInt16(),
            HasDescriptors = reader.Bool(),
        };
        if (
            (isFollowed && layer >= Track.LayersMax)
            || run.LastIn < run.FirstIn - 1
            || run.FirstOut <= LastGiven
            || run.FirstOut > _nextOut + 1
            || run.LastOut < run.FirstOut - 1
            || (run.LastOut >= run.FirstOut && run.LastOut >= _nextOut)
        )
        {
            reader.Break();
        }

        var received = reader.UInt32();
        Span<uint> steps = stackalloc uint[WindowPackets];
        steps = steps[..(reader.IsBroken ? 0 : CountOf(run))];
        reader.Repeats(steps);
        reader.End(outer);
        if (reader.IsBroken || !TryPlace(run, received, steps))
        {
            reader.Break();
            return;
        }

        _runCount++;
        Run(_runCount - 1) = run;
    }

    /// <summary>Notes which received packets a run's numbers stand for; false when they do not rise within it.</summary>
    private bool TryPlace(in RewriteRun run, uint received, ReadOnlySpan<uint> steps)
    {
        long distance = received;
        var number = FirstKept(run);
        foreach (var step in steps)
        {
            var isFirst = number == FirstKept(run);
            distance += step;
            if (isFirst ? step != 0 : step == 0)
            {
                return false;
            }

            Note(run, number, distance);
            number++;
        }

        return steps.IsEmpty || (distance <= uint.MaxValue && distance <= run.LastIn - run.FirstIn);
    }

    /// <summary>The first number of a run that is within the window.</summary>
    private long FirstKept(in RewriteRun run) => Math.Max(run.FirstOut, _nextOut - WindowPackets);

    private int CountOf(in RewriteRun run) => (int)Math.Max(0, run.LastOut - FirstKept(run) + 1);

    private uint FirstReceived(in RewriteRun run) =>
        CountOf(run) == 0 ? 0 : (uint)Received(run, FirstKept(run));

    /// <summary>How far the packet of each number of a run is behind the one before it; 0 for the first.</summary>
    private ReadOnlySpan<uint> StepsOf(in RewriteRun run, Span<uint> steps)
    {
        var count = CountOf(run);
        var first = FirstKept(run);
        for (var index = 1; index < count; index++)
        {
            steps[index] = (uint)(Received(run, first + index) - Received(run, first + index - 1));
        }

        steps[..Math.Min(count, 1)].Clear();
        return steps[..count];
    }
}
