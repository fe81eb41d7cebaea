using System.Text.Json;

namespace EndToEnd.Tests.Browsers;

/// <summary>Notes in a page every change of state of its connections: of ICE, of DTLS, and of both together.</summary>
internal sealed class ConnectionLog(ChromiumPage page)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // A transport is there once a description is set, which is before ICE changes its state.
    private const string Script = """
        (() => {
          const Real = window.RTCPeerConnection;
          const changes = [];
          const seen = new Set();
          const note = (what) =>
            changes.push({ at: performance.timeOrigin + performance.now(), what });
          window.RTCPeerConnection = class extends Real {
            constructor(...options) {
              super(...options);
              this.addEventListener("iceconnectionstatechange", () => {
                note(`ice ${this.iceConnectionState}`);
                for (const { sender, receiver } of this.getTransceivers()) {
                  for (const transport of [sender.transport, receiver.transport]) {
                    if (!transport || seen.has(transport)) continue;
                    seen.add(transport);
                    transport.addEventListener("statechange", () => note(`dtls ${transport.state}`));
                  }
                }
              });
              this.addEventListener("connectionstatechange", () =>
                note(`connection ${this.connectionState}`));
            }
          };
          window.connectionLog = changes;
        })()
        """;

    /// <summary>Begins in a page that has not gone anywhere yet.</summary>
    public static async Task<ConnectionLog> StartAsync(ChromiumPage page)
    {
        await page.Page.AddInitScriptAsync(Script);
        return new ConnectionLog(page);
    }

    /// <summary>All of it so far, the oldest first.</summary>
    public async Task<IReadOnlyList<ConnectionChange>> ReadAsync() =>
        JsonSerializer.Deserialize<IReadOnlyList<ConnectionChange>>(
            await page.EvaluateAsync("connectionLog"),
            Json
        )!;
}
