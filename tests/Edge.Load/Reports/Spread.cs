namespace Edge.Load.Reports;

/// <summary>A figure of several runs.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Least">The least.</param>
/// <param name="Most">The most.</param>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> runs)
    {
        var figures = runs.ToArray();
        return new(Summary.Median(figures), figures.Min(), figures.Max());
    }
}
