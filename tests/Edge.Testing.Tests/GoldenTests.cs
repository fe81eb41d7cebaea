using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests of the golden file helper on files of their own in a temporary folder.</summary>
public sealed class GoldenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("golden").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Match_SameText_Passes()
    {
        File.WriteAllText(FilePath("same.txt"), "a\nb\n");
        Golden.Match("same.txt", "a\nb\n", FilePath("same.txt"), isUpdate: false);
    }

    [Fact]
    public void Match_OtherText_NamesTheFirstLineThatDiffers()
    {
        File.WriteAllText(FilePath("other.txt"), "a\nb\n");
        var failure = Assert.Throws<TestingException>(() =>
            Golden.Match("other.txt", "a\r\nb\n", FilePath("other.txt"), isUpdate: false)
        );
        Assert.Contains("line 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a\\r", failure.Message, StringComparison.Ordinal);
        Assert.Contains("TEST_GOLDEN=update", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_ShorterText_Fails()
    {
        File.WriteAllText(FilePath("short.txt"), "a\nb");
        Assert.Throws<TestingException>(() =>
            Golden.Match("short.txt", "a", FilePath("short.txt"), isUpdate: false)
        );
    }

    [Fact]
    public void Match_MissingFile_Fails() =>
        Assert.Throws<TestingException>(() =>
            Golden.Match("new.txt", "a", FilePath("new.txt"), isUpdate: false)
        );

    [Fact]
    public void Match_MissingFileWhenUpdating_WritesIt()
    {
        Golden.Match("room/new.txt", "a", FilePath("room/new.txt"), isUpdate: true);
        Assert.Equal("a", File.ReadAllText(FilePath("room/new.txt")));
    }

    [Fact]
    public void WithCarriageReturns_MixedLineEnds_AllBecomeCrLf() =>
        Assert.Equal("a\r\nb\r\n", Golden.WithCarriageReturns("a\r\nb\n"));

    private string FilePath(string name) => Path.Combine(_folder, name);
}
