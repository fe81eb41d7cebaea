using Edge.Primitives;

namespace Mesh.Tests.Support;

/// <summary>The candidates of an answer.</summary>
internal static class Candidates
{
    /// <summary>The first one of a transport, with an IPv4 address.</summary>
    public static NetworkAddress First(string answer, string transport)
    {
        var line = answer
            .Split("\r\n")
            .First(each => each.Contains($" {transport} ", StringComparison.Ordinal))
            .Split(' ');
        Assert.True(NetworkAddress.TryParse($"{line[4]}:{line[5]}", out var address), answer);
        return address;
    }
}
