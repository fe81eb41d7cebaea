using System.Text.Json;
using Edge.Load.Reports;
using Xunit;

namespace Edge.Load.Tests.Reports;

public sealed class ReportFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-reports-");

    [Fact]
    public void Summarise_SavedReports_AreOneFileWithTheMachine()
    {
        ReportFiles.Save(PathOf("1.json"), new Report(LoadMedia.Plain, 2));
        ReportFiles.Save(PathOf("0.json"), new Report(LoadMedia.Captured, 3));
        Report[] seen = [];
        var table = PathOf("table");

        var code = ReportFiles.Summarise<Report, Report>(
            _folder.FullName,
            table,
            reports => seen = [.. reports],
            (_, _) => { }
        );

        Assert.Equal(0, code);
        Assert.Equal([new(LoadMedia.Captured, 3), new(LoadMedia.Plain, 2)], seen);
        using var written = JsonDocument.Parse(File.ReadAllText(table));
        var content = written.RootElement;
        Assert.Equal("Plain", content.GetProperty("Runs")[1].GetProperty("Media").GetString());
        Assert.Equal(2, content.GetProperty("Medians").GetArrayLength());
        Assert.True(content.GetProperty("Machine").GetProperty("Cores").GetInt32() > 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private sealed record Report(LoadMedia Media, int Figure);
}
