namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>What is said of many measurements.</summary>
internal sealed class Percentiles
{
    private readonly double[] _sorted;

    public Percentiles(IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
    }

    public int Count => _sorted.Length;

    public double Median => At(0.5);

    public double P99 => At(0.99);

    public double Longest => At(1);

    private double At(double share) =>
        _sorted.Length == 0 ? double.NaN : _sorted[(int)(share * (_sorted.Length - 1))];
}
