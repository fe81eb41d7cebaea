using System.Text;
using Edge.Native.Sockets;

namespace Edge.Hosting.Settings;

/// <summary>The path of a socket at which processes of a machine meet.</summary>
public static class SocketPath
{
    /// <summary>Reads and checks one; null when it is not set or wrong.</summary>
    public static string? Find(SettingFields fields, string name)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Find(name) is not { } path)
        {
            return null;
        }

        if (
            Path.IsPathFullyQualified(path)
            && Encoding.UTF8.GetByteCount(path) <= SocketHandOver.PathBytesMax
        )
        {
            return path;
        }

        fields.Refuse(
            name,
            $"'{path}' is not a path from the root of at most {SocketHandOver.PathBytesMax} bytes."
        );
        return null;
    }
}
