namespace Edge.Testing;

/// <summary>Where the repository is on this machine, found upwards from the running test.</summary>
public static class RepositoryRoot
{
    private const string Marker = "Edge.sln";

    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The absolute path of the folder that holds Edge.sln.</summary>
    public static string FullPath => Found.Value;

    /// <summary>The absolute path of a file or folder given from the root, with forward slashes.</summary>
    public static string Combine(string relativePath) => Path.Combine(FullPath, relativePath);

    private static string Find()
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (File.Exists(Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new TestingException(
            $"No folder above {AppContext.BaseDirectory} holds {Marker}: tests run from inside the repository."
        );
    }
}
