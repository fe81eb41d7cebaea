using System.ComponentModel;
using System.Diagnostics;
using Edge.Testing;

namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>Builds the program around Debian's usrsctp, once for a test run.</summary>
internal static class UsrsctpBuild
{
    private const string Source = "tests/Edge.Protocol.Tests/DataChannels/Oracle/usrsctp_peer.c";
    private const string Advice =
        "usrsctp and a C compiler are needed: apt-get install -y gcc libc6-dev libusrsctp-dev";

    private static readonly Lazy<string> Built = new(Build);

    /// <summary>Where the program is.</summary>
    public static string Program => Built.Value;

    private static string Build()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "usrsctp_peer");
        var start = new ProcessStartInfo(
            "gcc",
            ["-O1", "-rdynamic", "-o", program, RepositoryRoot.Combine(Source), "-lusrsctp"]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        try
        {
            using var compiler = Process.Start(start)!;
            var errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0
                ? program
                : throw new TestingException($"{Advice}\n{errors}");
        }
        catch (Win32Exception missing)
        {
            throw new TestingException(Advice, missing);
        }
    }
}
