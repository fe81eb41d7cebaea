using Edge.Forwarding.AudioLevel;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A conversation whose listener moves from process to process: who speaks, who is dominant and who may pass is, in
/// each moment, what it had been.</summary>
public sealed class SoundMoveTests
{
    private const int People = 6;
    private const int PacketMs = 20;

    [Fact]
    public void Moves_OfAListener_HearsAndIsToldTheSame() =>
        Seeds.Check(
            random =>
            {
                var stayed = new Listener(Instant.FromMilliseconds(5000));
                var moved = new Listener(Instant.FromMilliseconds(5000));
                for (var packet = 0; packet < 3000; packet++)
                {
                    var levels = Levels(packet, random);
                    Assert.Equal(stayed.Hear(levels, packet), moved.Hear(levels, packet));
                    if (random.NextInt32(50) == 0)
                    {
                        moved = moved.Move(new Instant(random.NextInt32(int.MaxValue)));
                    }
                }
            },
            rounds: 10
        );

    [Fact]
    public void TryRestore_HeardAlready_StaysAsItIs()
    {
        var meter = new SpeechMeter(48_000);
        using var writer = new StateWriter(default, 1000);
        meter.Write(writer);
        meter.Handle(20, 1000, Instant.FromMilliseconds(20));
        var reader = new StateReader(writer.Written, Instant.FromMilliseconds(40));

        Assert.True(meter.TryRestore(ref reader));
        Assert.True(meter.HasHeard);
    }

    [Fact]
    public void TryRead_Junk_IsRefusedAndNeverThrows() =>
        Seeds.Check(
            random =>
            {
                var junk = new byte[60];
                for (var round = 0; round < 5000; round++)
                {
                    random.Fill(junk);
                    var group = junk.AsSpan(0, random.NextInt32(junk.Length));
                    if (group.Length > 0)
                    {
                        group[0] = (byte)(0x90 | random.NextInt32(16));
                    }

                    var reader = new StateReader(group, default);
                    _ = SpeakerBoard.TryRead(ref reader);
                    reader = new StateReader(group, default);
                    _ = LoudestGate.TryRead(ref reader, []);
                    reader = new StateReader(group, default);
                    var meter = new SpeechMeter(48_000);
                    Assert.True(meter.TryRestore(ref reader) || !meter.HasHeard);
                }
            },
            rounds: 2
        );

    /// <summary>Each speaks now and then, some louder than others.</summary>
    private static int[] Levels(int packet, Prng random) =>
        [
            .. Enumerable
                .Range(0, People)
                .Select(person =>
                    packet / (40 + 17 * person) % 3 == 0
                        ? 15 + 4 * person + random.NextInt32(8)
                        : 70 + random.NextInt32(20)
                ),
        ];

    private sealed class Listener(Instant start)
    {
        private SpeechMeter[] _meters = NewMeters();
        private LoudestGate _gate = new(2);
        private SpeakerBoard _board = new();
        private Instant _start = start;
        private Instant _now;

        public string Hear(int[] levels, int packet)
        {
            _now = _start + TimeSpan.FromMilliseconds(packet * PacketMs);
            var heard = Heard();
            var passed = "";
            for (var person = 0; person < People; person++)
            {
                _meters[person].Handle((byte)levels[person], (uint)(packet * 960), _now);
                passed += _gate.Admits(heard[person], _now) ? '+' : '-';
            }

            var hasChanged = _board.Look(heard, _now);
            return $"{packet} {passed} {hasChanged} {_board.Dominant} "
                + string.Join(',', _board.Speakers.ToArray());
        }

        public Listener Move(Instant now)
        {
            var to = new Listener(_start + (now - _now)) { _now = now };
            using var writer = new StateWriter(_now, 10_000);
            Write(writer);
            var reader = new StateReader(writer.Written, now);
            var group = reader.Begin();
            foreach (var meter in to._meters)
            {
                Assert.True(meter.TryRestore(ref reader));
            }

            to._gate = LoudestGate.TryRead(ref reader, to.Heard())!;
            to._board = SpeakerBoard.TryRead(ref reader)!;
            reader.End(group);
            using var again = new StateWriter(now, 10_000);
            to.Write(again);
            Assert.Equal(writer.Written, again.Written);
            return to;
        }

        private void Write(StateWriter writer)
        {
            var group = writer.Begin();
            foreach (var meter in _meters)
            {
                meter.Write(writer);
            }

            _gate.Write(writer);
            _board.Write(writer);
            writer.End(group);
        }

        private HeardTrack[] Heard() =>
            [.. _meters.Select((meter, person) => new HeardTrack(person + 3, meter))];

        private static SpeechMeter[] NewMeters() =>
            [.. Enumerable.Range(0, People).Select(_ => new SpeechMeter(48_000))];
    }
}
