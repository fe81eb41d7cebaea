using Edge.Protocol.DataChannels;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>The defaults, reviewed as a file, and what is refused.</summary>
public sealed class TransportOptionsTests
{
    [Fact]
    public void Defaults_AreThoseOfTheGoldenFile()
    {
        var options = new DataChannelTransportOptions();
        Assert.Empty(options.Validate());
        var lines = options
            .GetType()
            .GetProperties()
            .Where(property => property.CanWrite)
            .Select(property =>
                FormattableString.Invariant($"{property.Name} {property.GetValue(options)}")
            );
        Golden.Match("datachannels/options.txt", string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEachProblem()
    {
        var problems = new DataChannelTransportOptions
        {
            LocalPort = 0,
            PacketBytesMax = 1500,
            MessageBytesMax = 100,
            PeerMessageBytesMax = -1,
            ReceiveBufferBytes = 100,
            ChannelBufferBytes = 1,
            SendBufferBytes = 0,
            ChannelsMax = 0,
            LabelBytesMax = -1,
            SackDelay = TimeSpan.FromSeconds(1),
            TimeoutInitial = TimeSpan.Zero,
            TimeoutMin = TimeSpan.Zero,
            TimeoutMax = TimeSpan.Zero,
            RetransmissionsMax = 0,
            HeartbeatInterval = TimeSpan.Zero,
            CookieLifetime = TimeSpan.Zero,
        }.Validate();

        Assert.Equal(16, problems.Count);
        Assert.Equal(16, problems.Distinct(StringComparer.Ordinal).Count());
    }
}
