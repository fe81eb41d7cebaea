using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation;
using Xunit;

namespace Edge.Node.Tests.Sessions;

public sealed class CheckTargetsTests
{
    [Fact]
    public void Choose_MoreThanTheBound_TheBestAreChecked()
    {
        var named = Enumerable.Range(1, 20).Select(port => $"192.0.2.1:{port}").ToArray();

        var choice = On("192.0.2.77:7000").Choose(Remote(named));

        Assert.Null(choice.Refusal);
        Assert.Equal(named[..CheckTargets.CountMax], Texts(choice));
    }

    [Theory]
    [InlineData("192.0.2.77:7000", "this node itself")]
    [InlineData("[2001:db8::1]:7000", "address family")]
    [InlineData("192.0.2.1:0", "no address of another server")]
    [InlineData("0.0.0.0:7000", "no address of another server")]
    [InlineData("127.0.0.1:7000", "no address of another server")]
    [InlineData("127.9.9.9:7000", "no address of another server")]
    [InlineData("169.254.169.254:80", "no address of another server")]
    [InlineData("224.0.0.251:5353", "no address of another server")]
    [InlineData("255.255.255.255:7000", "no address of another server")]
    public void Choose_AddressThatIsNotToBeSentTo_LeftOutAndNamedWhenAlone(
        string address,
        string reason
    )
    {
        var targets = On("192.0.2.77:7000");

        var alone = targets.Choose(Remote(address));
        var among = targets.Choose(Remote(address, "192.0.2.1:7000"));

        Assert.Empty(alone.Addresses);
        Assert.Contains(reason, alone.Refusal, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1:7000"], Texts(among));
        Assert.Null(among.Refusal);
    }

    [Theory]
    [InlineData("[::]:7000")]
    [InlineData("[::1]:7000")]
    [InlineData("[fe80::1]:7000")]
    [InlineData("[febf::1]:7000")]
    [InlineData("[ff02::fb]:5353")]
    [InlineData("127.0.0.1:7000")]
    public void Choose_OnAWildcard_BothFamiliesButNoSpecialAddress(string special)
    {
        var targets = new CheckTargets(Address("[::]:7000"), [Address("192.0.2.77:7000")]);

        var choice = targets.Choose(
            Remote(special, "192.0.2.1:7000", "[2001:db8::1]:7000", "[fec0::1]:7000")
        );

        Assert.Equal(["192.0.2.1:7000", "[2001:db8::1]:7000", "[fec0::1]:7000"], Texts(choice));
    }

    /// <summary>A node that is tried out on one machine finds others there.</summary>
    [Theory]
    [InlineData("127.0.0.1:7000", "127.0.0.2:7000")]
    [InlineData("[::1]:7000", "[::1]:7001")]
    public void Choose_OnLoopback_FindsOthersOnLoopback(string own, string other)
    {
        Assert.Equal([other], Texts(On(own).Choose(Remote(other))));
    }

    /// <summary>Candidates with host names are read as none: a full agent may come by itself.</summary>
    [Fact]
    public void Choose_NoCandidate_OnlyALiteServerIsRefused()
    {
        var targets = On("192.0.2.77:7000");

        Assert.Null(targets.Choose(Remote()).Refusal);
        var lite = targets.Choose(Remote() with { IsIceLite = true });
        Assert.Contains("a=ice-lite", lite.Refusal, StringComparison.Ordinal);
    }

    /// <summary>What a description writes into the checks that others get is bounded and plain.</summary>
    [Theory]
    [InlineData("ufr", "passwordOfTheOtherServer")]
    [InlineData("frag\u0001ment", "passwordOfTheOtherServer")]
    [InlineData("fragment", "short")]
    public void Choose_CredentialsOfNoIceAgent_Refused(string fragment, string password)
    {
        var remote = Remote("192.0.2.1:7000") with
        {
            UsernameFragment = fragment,
            Password = password,
        };

        var choice = On("192.0.2.77:7000").Choose(remote);

        Assert.Empty(choice.Addresses);
        Assert.Contains("credentials", choice.Refusal, StringComparison.Ordinal);
    }

    private static CheckTargets On(string media) => new(Address(media), [Address(media)]);

    private static RemoteTransport Remote(params string[] candidates) =>
        new(
            "fragment",
            "passwordOfTheOtherServer",
            [],
            DtlsRole.Client,
            [.. candidates.Select(Address)],
            IsIceLite: false
        );

    private static string[] Texts(CheckTargets.Choice choice) =>
        [.. choice.Addresses.Select(address => address.ToString())];

    private static NetworkAddress Address(string text) =>
        NetworkAddress.TryParse(text, out var address)
            ? address
            : throw new ArgumentException($"{text} is no address.", nameof(text));
}
