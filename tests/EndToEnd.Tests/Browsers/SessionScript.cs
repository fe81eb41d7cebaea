using Edge.Processes;

namespace EndToEnd.Tests.Browsers;

/// <summary>What pages that speak the session API themselves begin with.</summary>
internal static class SessionScript
{
    /// <summary>Makes a session. After it there are <c>call(method, path, body)</c>, <c>session</c>, its
    /// connection <c>pc</c>, and <c>events</c>, what its event stream has said.</summary>
    public const string Open = $$"""
        (async () => {
          const base = location.origin + "/v1/apps/{{ControlProcess.App}}/sessions/";
          const headers = { Authorization: "Bearer {{ControlProcess.Secret}}" };
          window.call = async (method, path, body) => {
            const response = await fetch(base + path, {
              method, headers, body: body && JSON.stringify(body) });
            const answer = await response.json();
            if (!response.ok) throw new Error(JSON.stringify(answer));
            return answer;
          };
          window.session = (await call("POST", "new")).sessionId;
          window.pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
          window.events = [];
          const stream = await fetch(base + session + "/events", { headers });
          (async () => {
            let text = "";
            for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
              text += part;
              const lines = text.split("\n");
              text = lines.pop();
              for (const line of lines) {
                if (line.startsWith("data: ")) events.push(JSON.parse(line.slice(6)));
              }
            }
          })();
        })()
        """;
}
