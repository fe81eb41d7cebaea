using Xunit;

namespace Edge.Mesh.Tests;

public sealed class MeshSubjectsTests
{
    [Theory]
    [InlineData("dev")]
    [InlineData("7up")]
    [InlineData("a-b_c")]
    public void AppToken_IdThatIsAToken_IsTheId(string app) =>
        Assert.Equal(app, MeshSubjects.AppToken(app));

    /// <summary>The number of a PoP stands where an app does: a permission for the app must not be one for the PoP's
    /// nodes.</summary>
    [Theory]
    [InlineData("7")]
    [InlineData("65535")]
    [InlineData("a.b")]
    [InlineData("*")]
    [InlineData(">")]
    public void AppToken_IdThatIsANumberOrNoToken_IsAnother(string app)
    {
        var token = MeshSubjects.AppToken(app);

        Assert.StartsWith("~", token, StringComparison.Ordinal);
        Assert.DoesNotContain('.', token);
        Assert.NotEqual(token, MeshSubjects.AppToken(app + "1"), StringComparer.Ordinal);
    }
}
