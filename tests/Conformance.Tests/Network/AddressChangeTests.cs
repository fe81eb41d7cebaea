using Conformance.Tests.Remote;
using Conformance.Tests.Support;
using Xunit.Abstractions;

namespace Conformance.Tests.Network;

/// <summary>A client that changes its address in mid-call keeps its session: its tracks, those that it
/// pulls, and its data channels go on. In network namespaces; libwebrtc in Node is at the other end.</summary>
[Trait("Category", "Interop")]
[Trait("Category", "Netns")]
public sealed class AddressChangeTests(ITestOutputHelper output)
{
    /// <summary>The router draws other ports; nobody tells the client.</summary>
    [Fact]
    public Task Nat_OtherPortsForNode_CallGoesOn() =>
        MoveAsync(MovingKind.Node, (lab, _) => lab.Network.RebindPortsAsync());

    /// <summary>The same with a browser.</summary>
    [Fact]
    [Trait("Category", "Browser")]
    public Task Nat_OtherPortsForChromium_CallGoesOn() =>
        MoveAsync(MovingKind.Page, (lab, _) => lab.Network.RebindPortsAsync());

    /// <summary>The router gets another address; nobody tells the client.</summary>
    [Fact]
    [Trait("Category", "Browser")]
    public Task Nat_OtherAddressForChromium_CallGoesOn() =>
        MoveAsync(MovingKind.Page, (lab, _) => lab.Network.ChangeRouterAddressAsync());

    /// <summary>The client has another interface: it restarts ICE by the session API, and tracks stay.</summary>
    [Fact]
    [Trait("Category", "Browser")]
    public Task WiFi_ToMobileForChromium_CallGoesOnAfterAnIceRestart() =>
        MoveAsync(
            MovingKind.Page,
            async (lab, mover) =>
            {
                await lab.Network.SwitchToMobileAsync();
                var offer = await mover.OfferAsync("\"iceRestart\":true");
                var body = $"{{{ApiClient.Description("offer", offer)}}}";
                var path = $"/sessions/{mover.SessionId}/ice-restart";
                await mover.AcceptAsync(
                    (await lab.MovingApi.PostAsync(path, body)).Expect(200).Sdp
                );
            }
        );

    private async Task MoveAsync(MovingKind kind, Func<HomeLab, RemotePeer, Task> move) =>
        output.WriteLine(await MovingCall.MoveAsync(kind, move));
}
