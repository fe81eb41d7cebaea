using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>What scenarios are repeated with.</summary>
public static class SeedCases
{
    private const ulong SeedMax = 5;

    /// <summary>Each of some seeds with and without what the scenario leaves open.</summary>
    public static TheoryData<ulong, bool> EachBothWays
    {
        get
        {
            var cases = new TheoryData<ulong, bool>();
            for (ulong seed = 1; seed <= SeedMax; seed++)
            {
                cases.Add(seed, true);
                cases.Add(seed, false);
            }

            return cases;
        }
    }
}
