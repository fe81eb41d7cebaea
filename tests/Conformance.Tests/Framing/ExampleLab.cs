using Conformance.Tests.Support;

namespace Conformance.Tests.Framing;

/// <summary>A server as the documents have it: the app of a first run, and TURN servers.</summary>
public sealed class ExampleLab : IAsyncLifetime, IDisposable
{
    /// <summary>The app of a first run.</summary>
    internal const string App = "dev";

    /// <summary>Its secret.</summary>
    internal const string Secret = "dev-secret";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("edge-examples-");

    internal CallsLab Lab { get; private set; } = null!;

    public Task InitializeAsync()
    {
        var secret = Path.Combine(_files.FullName, "secret");
        File.WriteAllText(secret, "secret-shared-with-coturn");
        Lab = CallsLab.With(
            ("EDGE_APPS", $"{App}:{Secret}"),
            ("EDGE_TURN_URLS", "turn:turn.example:3478"),
            ("EDGE_TURN_SECRET_FILE", secret)
        );
        return Lab.InitializeAsync();
    }

    public Task DisposeAsync() => Lab.DisposeAsync();

    public void Dispose()
    {
        Lab.Dispose();
        _files.Delete(recursive: true);
    }
}
