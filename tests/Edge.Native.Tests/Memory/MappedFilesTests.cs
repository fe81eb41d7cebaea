using System.Globalization;
using Edge.Native.Memory;
using Xunit;

namespace Edge.Native.Tests.Memory;

/// <summary>The program and its libraries in memory.</summary>
public sealed class MappedFilesTests
{
    private const string Runtime = "libcoreclr.so";

    /// <summary>What is not used again meanwhile is most of a library, and what is, works.</summary>
    [Fact]
    public void Release_OfTheProcess_LetsGoOfCodeThatIsNotUsed()
    {
        var before = ResidentKilobytes(Runtime);

        var released = MappedFiles.Release();

        var after = ResidentKilobytes(Runtime);
        Assert.True(released > 0);
        Assert.True(after < before, $"{before} KB before, {after} KB after.");
        Assert.Equal("3", Math.Sqrt(9).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What is written of a library's own data is not in its file.</summary>
    [Fact]
    public void Release_OfTheProcess_KeepsWhatDiffersFromTheFiles()
    {
        var before = Kilobytes(Runtime, "Anonymous:");

        _ = MappedFiles.Release();

        Assert.True(Kilobytes(Runtime, "Anonymous:") >= before);
    }

    private static long ResidentKilobytes(string file) => Kilobytes(file, "Rss:");

    private static long Kilobytes(string file, string field)
    {
        var sum = 0L;
        var isOfFile = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
            {
                var number = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
                sum += isOfFile ? long.Parse(number, CultureInfo.InvariantCulture) : 0;
            }
            else if (line.Contains('-', StringComparison.Ordinal))
            {
                isOfFile = line.EndsWith(file, StringComparison.Ordinal);
            }
        }

        return sum;
    }
}
