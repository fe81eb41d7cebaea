namespace Edge.Benchmarks;

/// <summary>CPU time of a step, which a busy machine disturbs less than the clock: the best and the middle of
/// several rounds.</summary>
internal static class Measure
{
    private const int Rounds = 9;

    public static (double BestNs, double MedianNs) Nanoseconds(Action step, int iterations)
    {
        for (var iteration = 0; iteration < iterations / 2; iteration++)
        {
            step();
        }

        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            for (var iteration = 0; iteration < iterations; iteration++)
            {
                step();
            }

            var spent = Environment.CpuUsage.TotalTime - start;
            times[round] = spent.TotalNanoseconds / iterations;
        }

        Array.Sort(times);
        return (times[0], times[Rounds / 2]);
    }
}
