namespace Edge.Primitives;

/// <summary>Looks for one object among others.</summary>
public static class ReferenceSpan
{
    /// <summary>Where the very object is; -1 when it is not there.</summary>
    public static int IndexOfReference<T>(this ReadOnlySpan<T> span, T? wanted)
        where T : class?
    {
        for (var index = 0; index < span.Length; index++)
        {
            if (ReferenceEquals(span[index], wanted))
            {
                return index;
            }
        }

        return -1;
    }
}
