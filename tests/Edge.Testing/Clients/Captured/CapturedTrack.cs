namespace Edge.Testing.Clients.Captured;

/// <summary>A stream of a browser as it was captured: sizes and times, no content.</summary>
/// <remarks>
/// Shape of a file under tests/captures/media: "# ..." comments that tell how it was made, then a line a frame
/// (<see cref="CapturedFrame.ToLine"/>). Key frames stand first, each with times of its own; the others are one stretch
/// of the stream.
/// </remarks>
public sealed class CapturedTrack
{
    private const string Folder = "tests/captures/media";

    /// <summary>Takes frames, of which two at least are no key frames.</summary>
    public CapturedTrack(IReadOnlyList<CapturedFrame> frames)
    {
        KeyFrames = [.. frames.Where(frame => frame.IsKey)];
        Frames = [.. frames.Where(frame => !frame.IsKey)];
        if (Frames.Count < 2)
        {
            throw new TestingException("A capture of fewer than two frames has no rate.");
        }

        var last = Frames[^1];
        var intervals = Frames.Count - 1;
        Duration = last.At + (last.At / intervals);
        Ticks = last.Timestamp + (last.Timestamp / (uint)intervals);
    }

    /// <summary>Key frames, to be put in where one is asked for.</summary>
    public IReadOnlyList<CapturedFrame> KeyFrames { get; }

    /// <summary>The others, which begin anew after their end.</summary>
    public IReadOnlyList<CapturedFrame> Frames { get; }

    /// <summary>After which they begin anew.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The same on the codec's clock.</summary>
    public uint Ticks { get; }

    /// <summary>Reads a file, its name given below tests/captures/media.</summary>
    public static CapturedTrack Load(string name) =>
        new([
            .. File.ReadLines(RepositoryRoot.Combine($"{Folder}/{name}"))
                .Where(line => !line.StartsWith('#'))
                .Select(CapturedFrame.Parse),
        ]);
}
