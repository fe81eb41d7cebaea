using System.Text.Json;
using Edge.Processes;

namespace EndToEnd.Tests.Browsers;

/// <summary>Notes in a page, ten times a second, what the browser says of every picture that the page
/// receives: tests that look in between see all of what happened.</summary>
internal sealed class PictureLog(ChromiumPage page)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // A worker's timer, unlike a page's, is on time in the background.
    private const string Script = """
        (() => {
          const peers = [];
          const Real = window.RTCPeerConnection;
          window.RTCPeerConnection = class extends Real {
            constructor(...options) {
              super(...options);
              peers.push(this);
            }
          };
          const log = [];
          window.pictureLog = { log, now: () => performance.timeOrigin + performance.now() };
          setInterval(async () => {
            for (const peer of peers) {
              if (peer.connectionState !== "connected") continue;
              const report = await peer.getStats();
              const at = pictureLog.now();
              for (const entry of report.values()) {
                if (entry.type !== "inbound-rtp" || entry.kind !== "video") continue;
                log.push({
                  at,
                  mid: entry.mid,
                  width: entry.frameWidth ?? 0,
                  frames: entry.framesDecoded ?? 0,
                  freezes: entry.freezeCount ?? 0,
                  frozenSeconds: entry.totalFreezesDuration ?? 0,
                  bytes: entry.bytesReceived ?? 0,
                  lost: entry.packetsLost ?? 0,
                });
              }
            }
          }, 100);
        })()
        """;

    /// <summary>Begins in a page that has not gone anywhere yet.</summary>
    public static async Task<PictureLog> StartAsync(ChromiumPage page)
    {
        await page.Page.AddInitScriptAsync(Script);
        return new PictureLog(page);
    }

    /// <summary>All of it so far, the oldest first.</summary>
    public async Task<IReadOnlyList<PictureSample>> ReadAsync() =>
        JsonSerializer.Deserialize<IReadOnlyList<PictureSample>>(
            await page.EvaluateAsync("pictureLog.log"),
            Json
        )!;

    /// <summary>What changed since a moment, for the message of a test that fails: seconds since then, the width,
    /// and how long the picture has stood still in all.</summary>
    public async Task<string> StoryAsync(double since)
    {
        var changes = new List<string>();
        PictureSample? last = null;
        foreach (var sample in await ReadAsync())
        {
            if (
                sample.At >= since
                && (sample.Width != last?.Width || sample.Freezes != last.Freezes)
            )
            {
                changes.Add(
                    FormattableString.Invariant(
                        $"{(sample.At - since) / 1000:F1} s {sample.Width} ({sample.FrozenSeconds:F1} s)"
                    )
                );
                last = sample;
            }
        }

        return string.Join(", ", changes);
    }

    /// <summary>How long the picture stood still, at the longest, since a moment; a tenth of a second more, for that is how
    /// often is looked.</summary>
    public async Task<TimeSpan> LongestStillAsync(double since)
    {
        var (longest, changedAt, frames) = (0.0, since, 0L);
        foreach (var sample in await ReadAsync())
        {
            if (sample.Frames == frames)
            {
                continue;
            }

            if (sample.At >= since)
            {
                longest = Math.Max(longest, sample.At - changedAt);
                changedAt = sample.At;
            }

            frames = sample.Frames;
        }

        return TimeSpan.FromMilliseconds(Math.Max(longest, await NowAsync() - changedAt));
    }

    /// <summary>What was noted last; null before anything was.</summary>
    public async Task<PictureSample?> LastAsync() =>
        JsonSerializer.Deserialize<PictureSample?>(
            await page.EvaluateAsync("pictureLog.log.at(-1)"),
            Json
        );

    /// <summary>The page's clock.</summary>
    public async Task<double> NowAsync() =>
        JsonSerializer.Deserialize<double>(await page.EvaluateAsync("pictureLog.now()"));

    /// <summary>Waits until what was noted last is as expected.</summary>
    public async Task<PictureSample> UntilAsync(
        string expectation,
        Func<PictureSample, bool> isEnough
    ) =>
        (
            await Patience.UntilAsync(
                expectation,
                LastAsync,
                sample => sample is not null && isEnough(sample)
            )
        )!;
}
