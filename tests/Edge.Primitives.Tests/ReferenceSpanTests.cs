using Xunit;

namespace Edge.Primitives.Tests;

public sealed class ReferenceSpanTests
{
    /// <summary>The very object, not one that is equal.</summary>
    [Fact]
    public void IndexOfReference_EqualOnes_FindsItself()
    {
        var (one, equal) = (new string('a', 3), new string('a', 3));
        ReadOnlySpan<string?> span = [equal, null, one];

        Assert.Equal(2, span.IndexOfReference(one));
        Assert.Equal(1, span.IndexOfReference(null));
        Assert.Equal(-1, span.IndexOfReference(new string('a', 3)));
    }
}
