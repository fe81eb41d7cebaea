using System.Globalization;
using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Testing;

/// <summary>Where every random test takes its seed from.</summary>
/// <remarks>
/// TEST_SEED unset: a fixed seed made from the test's name, so that a run repeats itself.
/// TEST_SEED=number: exactly that seed. TEST_SEED=random: a fresh one for each test.
/// The seed is printed, and stands in the failure of <c>Check</c>.
/// </remarks>
public static class Seeds
{
    /// <summary>The environment variable that chooses the seed.</summary>
    public const string Variable = "TEST_SEED";

    /// <summary>How many seeds a run tries: what an environment variable says, or so many.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="otherwise">How many without it.</param>
    public static int Rounds(string variable, int otherwise) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var rounds
        )
            ? rounds
            : otherwise;

    /// <summary>The seed of a test, printed to standard error.</summary>
    /// <param name="test">The test's name; the compiler fills it in.</param>
    public static ulong Next([CallerMemberName] string test = "")
    {
        var seed = Choose(Environment.GetEnvironmentVariable(Variable), test);
        Console.Error.WriteLine(Describe(test, seed));
        return seed;
    }

    /// <summary>A seed that no run had before, unless TEST_SEED is a number; printed as that of
    /// <see cref="Next"/>.</summary>
    /// <param name="test">The test's name; the compiler fills it in.</param>
    public static ulong Fresh([CallerMemberName] string test = "")
    {
        var setting = Environment.GetEnvironmentVariable(Variable);
        var seed = Choose(TryReadNumber(setting, out _) ? setting : "random", test);
        Console.Error.WriteLine(Describe(test, seed));
        return seed;
    }

    /// <summary>The random source of a test, its seed printed to standard error.</summary>
    public static Prng Random([CallerMemberName] string test = "") => Prng.FromNumber(Next(test));

    /// <summary>Runs a body once for each of some consecutive seeds; a failure names its seed.</summary>
    /// <param name="body">Gets the random source of its seed.</param>
    /// <param name="rounds">How many seeds; a TEST_SEED given as a number runs only that one.</param>
    /// <param name="test">The test's name; the compiler fills it in.</param>
    public static void Check(
        Action<Prng> body,
        int rounds = 1,
        [CallerMemberName] string test = ""
    ) => Check((_, random) => body(random), rounds, test);

    /// <summary>The same for a body that wants the seed itself, as a simulation does.</summary>
    public static void Check(
        Action<ulong, Prng> body,
        int rounds = 1,
        [CallerMemberName] string test = ""
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        var first = Next(test);
        var isGiven = TryReadNumber(Environment.GetEnvironmentVariable(Variable), out _);
        for (var round = 0UL; round < (isGiven ? 1UL : (ulong)rounds); round++)
        {
            var seed = unchecked(first + round);
            try
            {
                body(seed, Prng.FromNumber(seed));
            }
            catch (Exception failure)
            {
                throw new TestingException($"{Describe(test, seed)}: {failure.Message}", failure);
            }
        }
    }

    internal static ulong Choose(string? setting, string test)
    {
        if (string.IsNullOrEmpty(setting))
        {
            return FromName(test);
        }

        if (string.Equals(setting, "random", StringComparison.Ordinal))
        {
            return unchecked((ulong)System.Random.Shared.NextInt64());
        }

        return TryReadNumber(setting, out var seed)
            ? seed
            : throw new TestingException(
                $"{Variable} is '{setting}'; it has to be a number or 'random'."
            );
    }

    private static bool TryReadNumber(string? setting, out ulong seed) =>
        ulong.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out seed);

    private static string Describe(string test, ulong seed) =>
        $"{test} used seed {seed}, repeat it with {Variable}={seed}";

    /// <summary>FNV-1a: the same in every process, unlike string.GetHashCode.</summary>
    private static ulong FromName(string test)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in test)
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        // Short enough to be typed by hand.
        return hash % 1_000_000_000;
    }
}
