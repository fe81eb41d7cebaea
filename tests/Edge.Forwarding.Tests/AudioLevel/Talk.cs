using Edge.Forwarding.AudioLevel;
using Edge.Primitives;

namespace Edge.Forwarding.Tests.AudioLevel;

/// <summary>A scripted conversation: what several people's microphones send, 20 ms at a time, and what the meters
/// and the board make of it.</summary>
internal sealed class Talk
{
    public const int PacketMs = 20;
    private const uint UnitsPerMs = 48;

    private readonly SpeechMeter[] _meters;
    private readonly HeardTrack[] _heard;
    private readonly Func<int, int>[] _scripts;
    private readonly Prng _random;

    public Talk(int people, Prng random)
    {
        _random = random;
        _meters = [.. Enumerable.Range(0, people).Select(_ => new SpeechMeter(48_000))];
        _heard = [.. _meters.Select((meter, index) => new HeardTrack(index, meter))];
        _scripts = [.. Enumerable.Repeat<Func<int, int>>(_ => Room(), people)];
    }

    public SpeakerBoard Board { get; } = new();

    public int NowMs { get; private set; }

    public Instant Now => Instant.FromMilliseconds(NowMs);

    /// <summary>Each change told: when, who speaks, the dominant one first.</summary>
    public List<(int AtMs, int[] Speakers)> Told { get; } = [];

    /// <summary>Called for each packet before anybody looks.</summary>
    public Action<HeardTrack>? Sent { get; set; }

    public SpeechMeter Meter(int person) => _meters[person];

    /// <summary>From now on somebody sends levels by the time since now, in ms; negative levels are dBov, 1 is
    /// nothing at all.</summary>
    public void Let(int person, Func<int, int> level)
    {
        var from = NowMs;
        _scripts[person] = at => level(at - from);
    }

    public void Run(int durationMs)
    {
        for (var end = NowMs + durationMs; NowMs < end; NowMs += PacketMs)
        {
            for (var person = 0; person < _meters.Length; person++)
            {
                var level = _scripts[person](NowMs);
                if (level <= 0)
                {
                    _meters[person].Handle((byte)-level, (uint)NowMs * UnitsPerMs, Now);
                    Sent?.Invoke(_heard[person]);
                }
            }

            if (Board.Look(_heard, Now))
            {
                Told.Add((NowMs, [.. Board.Speakers.ToArray().Select(speaker => speaker.Key)]));
            }
        }
    }

    /// <summary>When somebody was first told to speak since a time; -1 when never.</summary>
    public int FirstAtMs(int person, int sinceMs) =>
        Told.FirstOrDefault(
            told => told.AtMs >= sinceMs && told.Speakers.Contains(person),
            (-1, [])
        ).AtMs;

    /// <summary>How often the dominant speaker changed.</summary>
    public int Switches =>
        Told.Zip(Told.Skip(1)).Count(pair => Dominant(pair.First) != Dominant(pair.Second));

    public static int Dominant((int AtMs, int[] Speakers) told) =>
        told.Speakers.Length == 0 ? SpeakerBoard.Nobody : told.Speakers[0];

    /// <summary>Syllables of 160 ms with dips of 40 ms between them, words of four with 120 ms between them.</summary>
    public Func<int, int> Speech(int loudness) =>
        at =>
            at % 920 >= 800 ? -58
            : at % 200 >= 160 ? loudness - 18
            : loudness - 3 + _random.NextInt32(7);

    /// <summary>A quiet room behind a noise suppressor.</summary>
    public int Room() => -70 - _random.NextInt32(20);

    public Func<int, int> Quiet() => _ => Room();

    public static Func<int, int> Digital() => _ => -127;

    public static Func<int, int> Nothing() => _ => 1;
}
