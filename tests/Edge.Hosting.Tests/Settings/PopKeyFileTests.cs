using System.Collections.Immutable;
using Edge.Hosting.Settings;
using Edge.Hosting.Tests.Support;

namespace Edge.Hosting.Tests.Settings;

/// <summary>The key file of a PoP.</summary>
public sealed class PopKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_PopKeyFile_OneOrTwoKeys()
    {
        var key = new string('a', 64);
        var other = new string('B', 64);
        Assert.Single(ReadKeys($"# old\n{key}\n", out var problems));
        Assert.Empty(problems);
        var keys = ReadKeys($"{key}\n{other}", out problems);
        Assert.Equal((2, 0xAA, 0xBB), (keys.Length, keys[0].Bytes[0], keys[1].Bytes[31]));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd")]
    [InlineData("zz")]
    public void Read_PopKeyFileWithoutKeys_OneProblem(string text)
    {
        ReadKeys(text, out var problems);
        Assert.DoesNotContain("abcd", Assert.Single(problems), StringComparison.Ordinal);
    }

    /// <summary>The number of a key is sent in clear, and each side has to find the key by it.</summary>
    [Fact]
    public void Read_TwoKeysOfOneNumber_OneProblem()
    {
        var first = PopSecret.From([.. new byte[PopSecret.Length]]);
        var second = Enumerable
            .Range(1, 100_000)
            .Select(number => BitConverter.GetBytes(number).Concat(new byte[28]))
            .Select(bytes => PopSecret.From([.. bytes]))
            .First(key => key.Id == first.Id);
        var text = string.Join(
            '\n',
            Convert.ToHexString(first.Bytes.AsSpan()),
            Convert.ToHexString(second.Bytes.AsSpan())
        );
        ReadKeys(text, out var problems);
        Assert.Single(problems);
        Assert.DoesNotContain("00", first.ToString(), StringComparison.Ordinal);
    }

    private ImmutableArray<PopSecret> ReadKeys(string text, out List<string> problems)
    {
        problems = [];
        return PopKeyFile.Read(_folder.Write(text), problems);
    }
}
