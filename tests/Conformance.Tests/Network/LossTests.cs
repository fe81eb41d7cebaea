using Conformance.Tests.Channels;
using Conformance.Tests.Remote;
using Xunit.Abstractions;

namespace Conformance.Tests.Network;

/// <summary>§1.10: what reliability means, shown by a network that loses one datagram in seven.</summary>
[Trait("Category", "Interop")]
[Trait("Category", "Netns")]
public sealed class LossTests(ITestOutputHelper output)
{
    private const int LossPercent = 15;
    private const int Count = 100;
    private const string Reliable = "reliable";
    private const string Lossy = "lossy";
    private const string LossyOptions = "\"ordered\":false,\"maxRetransmits\":0";

    /// <summary>A channel that repeats nothing loses messages and holds none back; beside it a reliable one
    /// loses none and keeps the order.</summary>
    [Fact]
    public async Task Read_OverALossyNetwork_EachChannelAsReliableAsAsked()
    {
        await using var lab = await HomeLab.StartAsync(MovingKind.Node);
        var publisher = await JoinAsync(lab.Staying, lab.Api, "stayer");
        var reader = await JoinAsync(lab.Moving, lab.MovingApi, "mover");
        foreach (var (name, options) in new[] { (Reliable, ""), (Lossy, LossyOptions) })
        {
            var more = options.Length > 0 ? $",{options}" : "";
            await lab.Api.OpenAsync(publisher, ChannelCalls.Local(name, more), name, options);
            await lab.MovingApi.OpenAsync(
                reader,
                ChannelCalls.Remote(publisher.SessionId, name, more),
                name,
                options
            );
        }

        await lab.Network.LoseAsync(LossPercent);
        await publisher.SendAsync(Lossy, Count, size: 800);
        await publisher.SendAsync(Reliable, Count, size: 800);
        await publisher.SayAsync(Reliable, "the end");
        var seen = await reader.UntilAsync(
            "the end",
            seen => seen.Channel(Reliable).Texts.Count > 0
        );
        var (reliable, lossy) = (seen.Channel(Reliable), seen.Channel(Lossy));
        output.WriteLine($"of {Count} messages the lossy channel brought {lossy.Different}");
        Assert.Equal((Count, 0, 0), (reliable.Different, reliable.Backwards, reliable.Repeated));
        Assert.InRange(lossy.Different, Count / 4, Count - 1);
        Assert.Equal((0, 0), (lossy.Repeated, lossy.Broken));
    }

    private static async Task<RemotePeer> JoinAsync(
        IPeerHost host,
        Support.ApiClient api,
        string name
    )
    {
        var peer = await RemotePeer.CreateAsync(host, api, name);
        var offered = (await api.EstablishAsync(peer.SessionId)).Expect(200);
        await peer.AnswerAsync(offered);
        await peer.ConnectedAsync();
        return peer;
    }
}
