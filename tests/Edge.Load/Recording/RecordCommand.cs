using System.Globalization;
using Edge.Primitives;
using Edge.Processes;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Clients.Captured;

namespace Edge.Load.Recording;

/// <summary>Has Chromium publish to a client of ours, and writes down what it sent.</summary>
internal static class RecordCommand
{
    private const int AudioSection = 0;
    private const int VideoSection = 1;

    /// <summary>Asked for before the stretch that is kept, so that a replay has some to choose from.</summary>
    private const int KeyFrames = 4;

    private static readonly TimeSpan KeyFrameEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan JoinLongest = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (!RecordOptions.TryParse(arguments, out var options, out var problem))
        {
            await Console.Error.WriteLineAsync(problem);
            await Console.Error.WriteLineAsync(RecordOptions.Usage);
            return 2;
        }

        try
        {
            await RecordAsync(options);
            return 0;
        }
        catch (Exception exception)
            when (exception is TestingException or OperationCanceledException or IOException)
        {
            await Console.Error.WriteLineAsync($"The recording failed: {exception.Message}");
            return 1;
        }
    }

    private static async Task RecordAsync(RecordOptions options)
    {
        using var clients = new LoadClients();
        using var server = new RecordServer(RecordPage.Write(options.Kilobits * 1000));
        using var patience = new CancellationTokenSource(JoinLongest);
        var profile = Directory.CreateTempSubdirectory("edge-record-");
        try
        {
            await using var chromium = ChildProcess.Start([
                options.Chromium,
                "--headless=new",
                .. ChromiumFlags.Quiet,
                "--allow-loopback-in-peer-connection",
                $"--user-data-dir={profile.FullName}",
                server.Url,
            ]);
            FrameRecorder audio = new(),
                video = new();
            SocketClient? client = null;
            await server.AnswerAsync(Answer, patience.Token);
            await server.AnswerAsync(CheckSize, patience.Token);
            await RecordAsync(options, clients, client!, audio, video);

            string Answer(string offer)
            {
                var socket = SocketClient.Open(NetworkAddress.FromIPv4(0x7F000001, 0));
                var answer = clients.Factory.AnswerPlay(offer, socket.Local, clients.Clock.Now);
                answer.Client.Played[AudioSection].PacketSeen = (media, now) =>
                    audio.Note(media, now);
                answer.Client.Played[VideoSection].PacketSeen = (media, now) =>
                    video.Note(media, now);
                client = new SocketClient(answer.Client, "recording", socket);
                clients.Driver.Add(client);
                return answer.Sdp;
            }

            static string CheckSize(string size) =>
                size is RecordPage.Size
                    ? ""
                    : throw new TestingException(
                        $"The picture is of {size}, not {RecordPage.Size}."
                    );
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    private static async Task RecordAsync(
        RecordOptions options,
        LoadClients clients,
        SocketClient client,
        FrameRecorder audio,
        FrameRecorder video
    )
    {
        var isThere = () => client.Client.Played[VideoSection].FirstAt.IsSet;
        if (!await clients.Driver.WaitAsync(isThere, JoinLongest))
        {
            throw new TestingException("The browser sent no picture.");
        }

        await Task.Delay(options.Settle);
        var keysFrom = clients.Clock.Now;
        for (var asked = 0; asked < KeyFrames; asked++)
        {
            _ = await clients.Driver.AskAsync(() =>
            {
                client.Client.Peer.Receiver.RequestKeyFrame(
                    VideoSection,
                    layer: 0,
                    clients.Clock.Now
                );
                return 0;
            });
            await Task.Delay(KeyFrameEvery);
        }

        var from = clients.Clock.Now;
        await Task.Delay(options.Window);
        var until = clients.Clock.Now;
        await clients.Driver.RemoveAsync(client);
        var keys = video.Frames(keysFrom, from).Where(frame => frame.IsKey);
        var pictures = video.Frames(from, until).Where(frame => !frame.IsKey);
        Save(options, "chromium-vp8.txt", [.. keys, .. pictures], video.Repairs);
        Save(options, "chromium-opus.txt", audio.Frames(from, until), audio.Repairs);
    }

    private static void Save(
        RecordOptions options,
        string name,
        IReadOnlyList<CapturedFrame> frames,
        int repairs
    )
    {
        var file = Path.Combine(options.Folder!, name);
        string[] head =
        [
            "# By Edge.Load record (tests/captures/media/README.md): microseconds since the first frame, RTP",
            "# timestamp since it, kind, then of each packet: payload bytes + microseconds since the frame's first.",
        ];
        File.WriteAllText(
            file,
            string.Join('\n', [.. head, .. frames.Select(frame => frame.ToLine()), ""])
        );
        var packets = frames.Sum(frame => frame.Packets.Count);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: {frames.Count} frames, {packets} packets, {repairs} repairs left out"
            )
        );
    }
}
