using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Forwarding.KeyFrames;

/// <content>What another process needs so that a wish is neither forgotten nor said twice.</content>
public sealed partial class KeyFrameRequester
{
    private const int WishesMax = 16;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        writer.UInt((ulong)Habit);
        var wishes = writer.Begin();
        foreach (ref readonly var wish in _wishes.AsSpan())
        {
            wish.Write(writer);
        }

        writer.End(wishes);
        writer.End(outer);
    }

    /// <summary>Goes on where another one was; what is asked for here already is left alone. Nothing changes when it makes
    /// no sense.</summary>
    public bool TryRestore(ref StateReader reader)
    {
        var read = Read(ref reader);
        if (reader.IsBroken)
        {
            return false;
        }

        Take(read, reader.Now);
        return true;
    }

    /// <summary>Reads one.</summary>
    internal static KeyFrameRequester Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(2);
        var requester = new KeyFrameRequester(WishesMax, TimeSpan.Zero)
        {
            Habit = (KeyFrameHabit)reader.Int32((int)KeyFrameHabit.Ignores),
        };
        var wishes = reader.Begin(WishesMax, out var count);
        for (var layer = 0; layer < count; layer++)
        {
            requester._wishes[layer] = LayerWish.Read(ref reader);
        }

        reader.End(wishes);
        reader.End(outer);
        return requester;
    }

    /// <summary>Takes what is not known here.</summary>
    internal void Take(KeyFrameRequester other, Instant now)
    {
        Habit = Habit == KeyFrameHabit.Unknown ? other.Habit : Habit;
        for (var layer = 0; layer < Math.Min(_wishes.Length, other._wishes.Length); layer++)
        {
            ref var wish = ref _wishes[layer];
            if (!wish.IsOpen && !wish.KeyFrameAt.IsSet)
            {
                wish = other._wishes[layer];
                wish.TakenAt = wish.IsOpen ? now : Instant.Never;
            }
        }
    }

    private partial struct LayerWish
    {
        private const int Values = 6;

        public readonly void Write(StateWriter writer)
        {
            var outer = writer.Begin();
            writer.Moment(FirstAt);
            writer.Moment(LastAt);
            writer.Moment(NextAt);
            writer.Moment(KeyFrameAt);
            writer.UInt((ulong)Tries);
            writer.Bool(IsOpen);
            writer.End(outer);
        }

        public static LayerWish Read(ref StateReader reader)
        {
            var outer = reader.BeginWhole(Values);
            var wish = new LayerWish
            {
                FirstAt = reader.Moment(),
                LastAt = reader.Moment(),
                NextAt = reader.Moment(),
                KeyFrameAt = reader.Moment(),
                Tries = reader.Int32(TriesMax),
                IsOpen = reader.Bool(),
                TakenAt = Instant.Never,
            };
            reader.End(outer);
            if (wish.IsOpen && !wish.NextAt.IsSet)
            {
                reader.Break();
            }

            return wish;
        }
    }
}
