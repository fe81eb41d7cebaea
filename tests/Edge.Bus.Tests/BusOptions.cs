namespace Edge.Bus.Tests;

/// <summary>Writes options down, for golden files.</summary>
internal static class BusOptions
{
    /// <summary>A line for each that can be set.</summary>
    public static string Describe(object options) =>
        string.Concat(
            options
                .GetType()
                .GetProperties()
                .Where(property => property.CanWrite)
                .Select(property =>
                    FormattableString.Invariant($"{property.Name} {property.GetValue(options)}\n")
                )
        );
}
