using System.Collections.Immutable;
using Edge.Testing;
using Edge.Testing.Downlinks;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A room of a hundred: all publish, each watches and hears 25 others, over mixed networks.</summary>
/// <remarks>On a fixed seed, and on one that is chosen when it runs. <c>Edge.Benchmarks rooms</c> prints the figures.
/// What is counted begins seconds after everybody has joined.</remarks>
public sealed class RoomScenarios
{
    private const ulong FixedSeed = 1;
    private const string Narrow = "600 kbit/s";
    private const string Terrible = "terrible";

    /// <summary>People of a fresh seed who may be beyond a bound. Chosen: in each of seven runs one of a hundred was at
    /// most, or two whose network loses a tenth of all.</summary>
    private const int BeyondMax = 3;

    /// <summary>Standard errors of a mean that are put down to chance. Two runs take different turns from the first
    /// packet on: people's queues on 600 kbit/s differ by 25 ms either way, and means of 20 of them by 6 (8 seeds).
    /// </summary>
    private const double ErrorsOfChance = 2;

    private static readonly RoomOptions Options = new();

    /// <summary>Those whose network is terrible watch, or do not: what the others get is the same.</summary>
    [Fact]
    public void Run_WithAndWithoutTerribleNetworks_TheOthersGetTheSame()
    {
        var with = Room.Run(FixedSeed, Options);
        var without = Room.Run(FixedSeed, Options with { HasTerrible = false });

        Assert.Equal("", string.Join("; ", GroupProblems(with).Concat(PersonProblems(with))));
        Assert.Equal(Options.People, with.Length);
        var pairs = with.Join(without, each => each.Place, each => each.Place, (a, b) => (a, b));
        Assert.Equal(without.Length, pairs.Count());
        foreach (var group in pairs.GroupBy(pair => pair.a.Network.Name, StringComparer.Ordinal))
        {
            ExpectSame(group.Key, [.. group]);
        }
    }

    [Fact]
    public void Run_FreshSeed_AllButAFewWithinTheirBounds()
    {
        var seed = Seeds.Fresh();
        var people = Room.Run(seed, Options);
        var groups = string.Join("; ", GroupProblems(people));
        Assert.True(groups.Length == 0, $"seed {seed}: {groups}");
        var beyond = PersonProblems(people).ToArray();
        Assert.True(beyond.Length <= BeyondMax, $"seed {seed}: {string.Join("; ", beyond)}");
    }

    private static void ExpectSame(string network, (RoomFigures With, RoomFigures Without)[] pairs)
    {
        void Same(string what, Func<RoomFigures, double> value, double most)
        {
            var differences = pairs
                .Select(pair => value(pair.With) - value(pair.Without))
                .ToArray();
            var mean = differences.Average();
            var chance = ErrorsOfChance * StandardError(differences);
            Assert.True(
                Math.Abs(mean) <= most + chance,
                $"{network}: with the others {what} differs by {mean:0.000}, chance explains {chance:0.000}"
            );
        }

        var megabits = pairs.Average(pair => Megabits(pair.Without));
        Same("what is sent", Megabits, 0.05 * megabits);
        Same("the queue in ms", each => each.QueueP95.TotalMilliseconds, 10);
        Same("the sound's delay in ms", each => each.SoundP99.TotalMilliseconds, 15);
        Same("the sound's loss", each => each.SoundLost, 0.005);
        Same("pauses", each => each.Tiles.Average(tile => tile.PausedShare), 0.02);
        Same("pictures", each => each.Tiles.Average(tile => tile.Shown), 5);
    }

    private static double StandardError(double[] values)
    {
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
        return Math.Sqrt(variance / values.Length);
    }

    private static double Megabits(RoomFigures person) =>
        person.SentBytes * 8 / Options.Counting.TotalSeconds / 1e6;

    private static IEnumerable<string> GroupProblems(ImmutableArray<RoomFigures> people)
    {
        // Where sound alone is more than the network carries, what is left for pictures comes and goes.
        foreach (
            var group in people
                .GroupBy(person => person.Network.Name, StringComparer.Ordinal)
                .Where(group => group.Key is not Terrible)
        )
        {
            var changes = group.Average(person => person.ChangesPerMinute(Options.Counting));
            if (changes > 4 * Options.Pulls)
            {
                yield return $"{group.Key}: {changes:0} changes a minute";
            }

            var queue = group.Average(person => person.QueueP95.TotalMilliseconds);
            if (queue > (group.Key is Narrow ? 120 : 60))
            {
                yield return $"{group.Key}: the queue is {queue:0} ms on average";
            }
        }
    }

    private static IEnumerable<string> PersonProblems(ImmutableArray<RoomFigures> people)
    {
        foreach (var person in people)
        {
            var isTerrible = person.Network.Name is Terrible;
            var problems = SoundProblems(person, isTerrible)
                .Concat(isTerrible ? [] : PictureProblems(person));
            foreach (var problem in problems)
            {
                yield return $"{person.Place}, {person.Network.Name}: {problem}";
            }
        }
    }

    private static IEnumerable<string> SoundProblems(RoomFigures person, bool isTerrible)
    {
        var loss = person.Network.Conditions.Loss + (isTerrible ? 0.1 : 0.03);
        if (person.SoundLost > loss)
        {
            yield return $"{person.SoundLost:0.000} of the sound is lost";
        }

        if (!isTerrible && person.SoundP99 > TimeSpan.FromMilliseconds(250))
        {
            yield return $"sound is late by {person.SoundP99.TotalMilliseconds:0} ms";
        }
    }

    private static IEnumerable<string> PictureProblems(RoomFigures person)
    {
        var isNarrow = person.Network.Name is Narrow;
        if (person.QueueP95 > TimeSpan.FromMilliseconds(isNarrow ? 240 : 180))
        {
            yield return $"the queue is {person.QueueP95.TotalMilliseconds:0} ms";
        }

        var pictures = RoomOptions.Camera.FramesPerSecond * Options.Counting.TotalSeconds;
        foreach (var (index, tile) in person.Tiles.Index())
        {
            if (tile.PausedShare > 0 ? !isNarrow : tile.Shown < pictures * (isNarrow ? 0.3 : 0.7))
            {
                yield return $"tile {index} showed {tile.Shown} pictures, paused {tile.PausedShare:0.00}";
            }
        }

        var first = person.Tiles[0];
        if (person.Tiles.Any(tile => tile.Layer > first.Layer))
        {
            yield return "the first tile is not the best";
        }

        if (person.Tiles.Any(tile => tile.PausedShare < first.PausedShare))
        {
            yield return "the first tile is paused for longer than another";
        }
    }
}
