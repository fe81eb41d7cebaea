using System.Security.Cryptography;

namespace Anycast.Daemon.Tests.Support;

/// <summary>A file with a PoP's key, gone when this is disposed.</summary>
internal sealed class KeyFile : IDisposable
{
    public KeyFile() => File.WriteAllText(Path, RandomNumberGenerator.GetHexString(64));

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
