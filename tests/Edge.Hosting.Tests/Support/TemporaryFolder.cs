namespace Edge.Hosting.Tests.Support;

/// <summary>A folder for the files of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("edge-settings-").FullName;
    private int _count;

    /// <summary>A path in it.</summary>
    public string Combine(string name) => Path.Combine(_path, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string text)
    {
        var path = Combine($"file{_count++}");
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
