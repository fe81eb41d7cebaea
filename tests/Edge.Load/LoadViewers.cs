using Edge.Load.Signaling;
using Edge.Testing;

namespace Edge.Load;

/// <summary>The viewers that stay to the end.</summary>
internal sealed class LoadViewers(LoadOptions options, LoadClients clients, ISignaling signaling)
{
    private const int AudioSection = 0;

    /// <summary>Until a client must have what it waits for.</summary>
    public static readonly TimeSpan JoinLongest = TimeSpan.FromSeconds(15);

    private readonly List<Viewer> _viewers = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<Viewer> All => _viewers;

    /// <summary>Of those who decrypt.</summary>
    public Latencies Latencies { get; } = new();

    /// <summary>One more; waits for the first picture, then the next may come.</summary>
    public async Task JoinAsync()
    {
        var index = _viewers.Count;
        var viewer = new Viewer(clients.Clock.Now);
        await signaling.PlayAsync(
            client =>
            {
                viewer.Client = client;
                foreach (var (section, track) in client.Client.Played.Index())
                {
                    var isAudio = section == AudioSection;
                    track.PacketLatency = isAudio ? Latencies.Audio : Latencies.Video;
                    track.FrameLatency = isAudio ? null : Latencies.Frame;
                }

                clients.Driver.Add(client);
            },
            index % options.Streams
        );
        viewer.PostEndedAt = clients.Clock.Now;
        _viewers.Add(viewer);
        if (!await clients.Driver.WaitAsync(() => HasBegun(viewer), JoinLongest))
        {
            throw new TestingException(
                $"Viewer {index + 1} got nothing in {JoinLongest.TotalSeconds:0} s: {Describe(viewer)}."
            );
        }

        if (!IsDecrypted(index))
        {
            _ = await clients.Driver.AskAsync(() =>
                viewer.Client!.Client.Feedback!.IsEnough = true
            );
        }
    }

    /// <summary>Adds up what came so far; on the driver's thread.</summary>
    public void Count(LoadSnapshot snapshot)
    {
        foreach (var viewer in _viewers)
        {
            snapshot.LongestDatagram = Math.Max(
                snapshot.LongestDatagram,
                viewer.Client!.LongestDatagram
            );
            foreach (var stream in viewer.Streams)
            {
                snapshot.Packets += stream.Packets;
                snapshot.Missing += stream.Missing;
                snapshot.Recovered += stream.Recovered;
            }
        }
    }

    /// <summary>Whether it has what a person waits for: a picture where there are any.</summary>
    private bool HasBegun(Viewer viewer) =>
        options.HasPictures ? viewer.FirstKeyFrameAt.IsSet : viewer.FirstPacketAt.IsSet;

    /// <summary>Whether this viewer decrypts to the end: as many as were asked for, evenly spread.</summary>
    private bool IsDecrypted(int index)
    {
        var wanted = Math.Min(options.Decrypts, options.Viewers);
        return (index + 1) * wanted / options.Viewers > index * wanted / options.Viewers;
    }

    /// <summary>How far a viewer came.</summary>
    private static string Describe(Viewer viewer)
    {
        if (viewer.Client is not { } client)
        {
            return "no answer";
        }

        var transport = client.Client.Peer.Transport;
        var tracks = client.Client.Played.Select(track =>
            $"{track.Packets} packets, {track.Missing} missing, {track.CompleteFrames} frames, {track.CompleteKeyFrames} key frames"
        );
        return $"{transport.State}, ICE {transport.Ice.State}, {string.Join("; ", tracks)}";
    }
}
