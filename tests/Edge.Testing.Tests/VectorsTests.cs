using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests of the vector file format.</summary>
public sealed class VectorsTests
{
    [Fact]
    public void Parse_NamesHexTextAndComments_AllRead()
    {
        var vectors = Vectors.Parse(
            "sample",
            "# RFC 0 §0\n[key]\n00 01\n  0203\n\n[user]\n\"a b\"\n[empty]\n"
        );
        Assert.Equal(["empty", "key", "user"], vectors.Names);
        Assert.Equal([0, 1, 2, 3], vectors["key"]);
        Assert.Equal("a b"u8.ToArray(), vectors["user"]);
        Assert.Empty(vectors["empty"]);
    }

    [Fact]
    public void Parse_BytesBeforeAnyName_BelongToTheEmptyName() =>
        Assert.Equal([0xAB], Vectors.Parse("sample", "ab\r\n")[""]);

    [Fact]
    public void Indexer_ChangedCopy_LeavesTheVector()
    {
        var vectors = Vectors.Parse("sample", "ab");
        vectors[""][0] = 0;
        Assert.Equal([0xAB], vectors[""]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("zz")]
    [InlineData("[a]\n[a]\n")]
    public void Parse_BadFile_Fails(string text) =>
        Assert.Throws<TestingException>(() => Vectors.Parse("sample", text));

    [Fact]
    public void Indexer_UnknownName_Fails() =>
        Assert.Throws<TestingException>(() => Vectors.Parse("sample", "")["key"]);

    [Fact]
    public void Load_MissingFile_Fails() =>
        Assert.Throws<TestingException>(() => Vectors.Load("no-such.txt"));
}
