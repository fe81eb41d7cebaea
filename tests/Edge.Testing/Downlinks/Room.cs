using System.Collections.Immutable;
using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>Runs a room: all publish a camera and a microphone, each watches and hears some of the others, over
/// mixed networks, in virtual time from one seed.</summary>
/// <remarks>Whom somebody watches, when they join, and the luck of their network come from the seed and their number,
/// so that who else is there changes nothing of it. Cameras and microphones are at the node: the way from publishers
/// is not part of it.</remarks>
public sealed class Room : IDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SpeechMean = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SilenceMean = TimeSpan.FromSeconds(60);

    private readonly RoomOptions _options;
    private readonly DownlinkWorld _world;
    private readonly List<Person> _people = [];
    private readonly List<long> _made = [];

    private Room(ulong seed, RoomOptions options)
    {
        _options = options;
        _world = new DownlinkWorld(seed, SampleInterval, Grain);
        var random = Prng.FromNumber(seed);
        for (var place = 0; place < options.People; place++)
        {
            _world.AddCamera(RoomOptions.Camera);
            _world.Node.AddSound(SpeechMean, SilenceMean, _world.Simulation.Now);
            Invite(place, random.Fork());
        }
    }

    /// <summary>Runs one, and tells how everybody did who watched.</summary>
    public static ImmutableArray<RoomFigures> Run(ulong seed, RoomOptions options)
    {
        using var room = new Room(seed, options);
        room._world.Simulation.RunFor(options.Joining + options.Settling);
        room.Reset();
        room._world.Simulation.Every(SampleInterval, room.Sample);
        room._world.Simulation.RunFor(options.Counting);
        return [.. room._people.Select(room.Measure)];
    }

    /// <inheritdoc/>
    public void Dispose() => _world.Dispose();

    private static NamedNetwork NetworkOf(int place, int people)
    {
        var share = (place + 0.5) / people;
        foreach (var (network, part) in RoomOptions.Networks)
        {
            share -= part;
            if (share < 0)
            {
                return network;
            }
        }

        return RoomOptions.Networks[^1].Network;
    }

    private void Invite(int place, Prng random)
    {
        var network = NetworkOf(place, _options.People);
        var isTerrible = ReferenceEquals(network, RoomOptions.Networks[^1].Network);
        var others = Enumerable.Range(0, _options.People).Where(other => other != place).ToArray();
        for (var index = 0; index < _options.Pulls; index++)
        {
            var drawn = index + random.NextInt32(others.Length - index);
            (others[index], others[drawn]) = (others[drawn], others[index]);
        }

        var joins = _options.Joining * random.NextDouble();
        if (isTerrible && !_options.HasTerrible)
        {
            return;
        }

        var wishes = new ViewerWishes
        {
            // The first sound is the node's own.
            Sounds = [.. others.Take(_options.Pulls).Select(other => other + 1)],
            Cameras = [.. others.Take(_options.Pulls)],
            FirstPriority = 1,
        };
        _world.Simulation.After(
            joins,
            () =>
                _people.Add(
                    new Person(
                        place,
                        network,
                        _world.AddViewer(network.Conditions, wishes, place),
                        new TilePauses[wishes.Cameras.Length]
                    )
                )
        );
    }

    private void Reset()
    {
        _people.Sort((one, other) => one.Place.CompareTo(other.Place));
        _made.AddRange(_world.Node.Sounds.Select(sound => sound.Microphone.Made));
        foreach (var person in _people)
        {
            person.Viewer.End.Reset();
            person.SentBefore = person.Viewer.Served.SentBytes;
            person.AllocationsBefore = person.Viewer.Served.Downlink.Stats.Allocations;
        }
    }

    private void Sample()
    {
        foreach (var person in _people)
        {
            for (var tile = 0; tile < person.Pauses.Length; tile++)
            {
                person.Pauses[tile].Take(person.Track(tile).Subscription.IsStarved);
            }
        }
    }

    private RoomFigures Measure(Person person)
    {
        var viewer = person.Viewer;
        var end = viewer.End;
        var expected = viewer.Wishes.Sounds.Sum(sound =>
            _world.Node.Sounds[sound].Microphone.Made - _made[sound]
        );
        var from = _world.Simulation.Now - _options.Counting;
        return new RoomFigures(
            person.Place,
            person.Network,
            [.. Enumerable.Range(0, person.Pauses.Length).Select(person.MeasureTile)],
            viewer.Served.SentBytes - person.SentBefore,
            NetworkFigures.Percentile(
                [.. viewer.During(from, Instant.Never).Select(sample => sample.Queue)],
                0.95
            ),
            1 - (double)end.SoundCounts.Sum() / expected,
            NetworkFigures.Percentile(end.SoundAges, 0.99) - person.Network.Conditions.Delay,
            viewer.Served.Downlink.Stats.Allocations - person.AllocationsBefore
        );
    }

    private sealed record Person(
        int Place,
        NamedNetwork Network,
        WatchingViewer Viewer,
        TilePauses[] Pauses
    )
    {
        public long SentBefore { get; set; }

        public long AllocationsBefore { get; set; }

        public ServedTrack Track(int tile) => Viewer.Served.Tracks[Viewer.FirstCamera + tile];

        public TileFigures MeasureTile(int tile)
        {
            var screen = Viewer.End.Screens[Viewer.FirstCamera + tile];
            var isPaused = Track(tile).Subscription.IsStarved;
            return new TileFigures(
                screen.Shown,
                isPaused ? -1 : screen.Layer,
                screen.Switches.Count,
                Pauses[tile].Changes,
                Pauses[tile].Share
            );
        }
    }

    private struct TilePauses
    {
        private int _samples;
        private int _paused;
        private bool _isPaused;

        public int Changes { get; private set; }

        public readonly double Share => _samples == 0 ? 0 : (double)_paused / _samples;

        public void Take(bool isPaused)
        {
            Changes += _samples > 0 && isPaused != _isPaused ? 1 : 0;
            _isPaused = isPaused;
            _paused += isPaused ? 1 : 0;
            _samples++;
        }
    }
}
