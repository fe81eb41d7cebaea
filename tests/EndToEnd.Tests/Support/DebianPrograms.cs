using Edge.Processes;

namespace EndToEnd.Tests.Support;

/// <summary>The programs of Debian that these tests start, and the packages that bring them.</summary>
internal static class DebianPrograms
{
    /// <summary>Debian's Chromium.</summary>
    public const string Chromium = "/usr/bin/chromium";

    /// <summary>Debian's Firefox.</summary>
    public const string Firefox = "/usr/bin/firefox-esr";

    /// <summary>The tool that makes network namespaces.</summary>
    public const string Ip = "/sbin/ip";

    /// <summary>The tool of the packet filter.</summary>
    public const string Nft = "/usr/sbin/nft";

    /// <summary>The tool that lists and ends connections.</summary>
    public const string Ss = "/usr/bin/ss";

    /// <summary>The path again; fails with the line that installs it when it is missing.</summary>
    /// <exception cref="Edge.Testing.TestingException">It is missing.</exception>
    public static string Require(string path)
    {
        var package = path switch
        {
            Ip or Ss => "iproute2",
            Nft => "nftables",
            _ => Path.GetFileName(path),
        };
        return Programs.Require(path, $"apt-get install -y --no-install-recommends {package}");
    }
}
