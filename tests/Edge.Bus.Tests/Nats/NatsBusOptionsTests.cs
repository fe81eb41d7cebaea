using Edge.Bus.Nats;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Nats;

public sealed class NatsBusOptionsTests
{
    // Any file that is there.
    private static readonly string File = typeof(NatsBusOptionsTests).Assembly.Location;

    public static TheoryData<NatsBusOptions> Good =>
        [
            new() { Urls = "nats://127.0.0.1:4222" },
            new() { Urls = "127.0.0.1" },
            new() { Urls = "localhost:4222, 127.0.2.1:4223 ,[::1]:4222" },
            new() { Urls = "tls://nats.example:4222", CredentialsFile = File },
            new()
            {
                Urls = "nats.example",
                CredentialsFile = File,
                RequireTls = true,
            },
            new()
            {
                Urls = "10.0.0.1,[2001:db8::1]:4222",
                CredentialsFile = File,
                CaFile = File,
            },
            new() { Urls = "127.0.0.1", AgeMax = TimeSpan.FromMilliseconds(500) },
        ];

    public static TheoryData<NatsBusOptions, string> Bad =>
        new()
        {
            {
                new() { Urls = "" },
                "Urls names no server."
            },
            {
                new() { Urls = "," },
                "Urls names no server."
            },
            {
                new() { Urls = "nats://" },
                "Entry 1 of Urls cannot be used: the host is missing."
            },
            {
                new() { Urls = "127.0.0.1:99999" },
                "Entry 1 of Urls is not a URL."
            },
            {
                new() { Urls = "127.0.0.1,http://127.0.0.1" },
                "Entry 2 of Urls cannot be used: the scheme is nats or tls."
            },
            {
                new() { Urls = "nats://me:secret@127.0.0.1" },
                "Entry 1 of Urls cannot be used: users and passwords belong into the credentials file."
            },
            {
                new() { Urls = "127.0.0.1:4222/x" },
                "Entry 1 of Urls cannot be used: it ends with the port."
            },
            {
                new() { Urls = "nats.example", CredentialsFile = File },
                "nats.example is not loopback: require TLS, or write tls://."
            },
            {
                new() { Urls = "tls://10.0.0.1" },
                "10.0.0.1 is not loopback: give a credentials file."
            },
            {
                new() { Urls = "127.0.0.1,tls://nats.example,10.0.0.1", CredentialsFile = File },
                "10.0.0.1 is not loopback: require TLS, or write tls://."
            },
            {
                new() { Urls = "0.0.0.0", RequireTls = true },
                "0.0.0.0 is not loopback: give a credentials file."
            },
            {
                new() { Urls = "127.0.0.1.example", CredentialsFile = File },
                "127.0.0.1.example is not loopback: require TLS, or write tls://."
            },
            {
                new() { Urls = "127.0.0.1", CredentialsFile = "/nowhere/nats.creds" },
                "CredentialsFile names /nowhere/nats.creds, which is not a file."
            },
            {
                new() { Urls = "127.0.0.1", CaFile = "/nowhere/ca.pem" },
                "CaFile names /nowhere/ca.pem, which is not a file."
            },
            {
                new() { Urls = "127.0.0.1", OutgoingBytesMax = 1024 },
                "OutgoingBytesMax is 2097152 to 1073741824."
            },
            {
                new() { Urls = "127.0.0.1", IncomingBytesMax = int.MaxValue },
                "IncomingBytesMax is 2097152 to 1073741824."
            },
            {
                new() { Urls = "127.0.0.1", AgeMax = TimeSpan.Zero },
                "AgeMax is 10 ms to an hour."
            },
            {
                new() { Urls = "127.0.0.1", FinishWithin = TimeSpan.FromHours(1) },
                "FinishWithin is 0 to one minute."
            },
            {
                new() { Urls = "127.0.0.1", InboxPrefix = "_INBOX.>" },
                "InboxPrefix must be a subject."
            },
        };

    [Fact]
    public void Defaults_AreThoseOfTheGoldenFile() =>
        Golden.Match(
            "bus/nats-options.txt",
            BusOptions.Describe(new NatsBusOptions { Urls = "127.0.0.1" })
        );

    [Theory]
    [MemberData(nameof(Good))]
    public void Validate_Good_NoProblems(NatsBusOptions options) =>
        Assert.Empty(options.Validate());

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_Bad_SaysWhatAndHow(NatsBusOptions options, string problem) =>
        Assert.Equal(problem, Assert.Single(options.Validate()));

    [Fact]
    public void Validate_SeveralProblems_SaysAllWithoutThePassword()
    {
        var problems = new NatsBusOptions
        {
            Urls = "nats://me:secret@nats.example,10.0.0.1",
            OutgoingBytesMax = 0,
        }.Validate();

        Assert.Equal(4, problems.Length);
        Assert.DoesNotContain(
            problems,
            problem => problem.Contains("secret", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Start_BadOptions_Throws() =>
        Assert.Throws<ArgumentException>(() =>
            NatsBus.Start(new() { Urls = "10.0.0.1" }, new ListLogger<NatsBus>())
        );
}
