using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>Our process ends, and another one goes on with an association of usrsctp, which keeps its streams through the restart.
/// </summary>
public sealed class UsrsctpSurvivalTests
{
    private const int Restarted = 3;
    private const int PeersDirection = 1;
    private const int OwnDirection = 2;
    private const uint Binary = 53;
    private static readonly ushort[] Portrayed = [4, 6];

    /// <summary>Goal: each stream is reset in both directions and starts over by the same id, on a bad path, with messages of ours
    /// under way; twice, the second time with a channel that the portrait did not know.</summary>
    [Fact]
    public void Survive_WithMessagesUnderWay_StreamsStartOver() =>
        Seeds.Check(
            (seed, random) =>
            {
                using var world = OracleWorld.Connected(seed, ChannelWorld.Rough);
                for (var life = 1; life <= 2; life++)
                {
                    Open(world, Portrayed);
                    var portrait = world.Ours.Portray();
                    if (life == 2)
                    {
                        Open(world, 8);
                    }

                    Exchange(world, random);
                    world.Ours.Survive(portrait, random.Fork());
                    world.RunUntil(() =>
                        world.Theirs.States.Count(state => state == Restarted) == life
                    );
                    if (life == 2)
                    {
                        Assert.Equal(0, world.Theirs.Send(8, Binary, [1]));
                    }

                    CloseAsTheyDo(world, life == 1 ? Portrayed : [.. Portrayed, 8]);
                    world.Ours.Events.Clear();
                    world.Ours.Messages.Clear();
                }

                world.Theirs.Messages.Clear();
                Open(world, 4, 6, 8);
                foreach (var id in new ushort[] { 4, 6, 8 })
                {
                    world.Ours.Send(id, [(byte)id]);
                    Assert.Equal(0, world.Theirs.Send(id, Binary, [(byte)id]));
                }

                world.RunUntil(() =>
                    world.Ours.Messages.Count == 3 && world.Theirs.Messages.Count == 3
                );
                Assert.All(world.Ours.Messages, message => Assert.Single(message.Payload));
                Assert.All(world.Theirs.Messages, message => Assert.Single(message.Payload));
            },
            rounds: 6
        );

    /// <summary>Messages both ways, of which the last ones of ours are under way. usrsctp 0.9.5 sends no data any more after a restart
    /// that met data of its own under way.</summary>
    private static void Exchange(OracleWorld world, Prng random)
    {
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(0, world.Theirs.Send(4, Binary, new byte[5000]));
        }

        world.RunUntil(() => world.Ours.Messages.Count == 20);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        for (var count = 0; count < 20; count++)
        {
            world.Ours.Send(4, new byte[5000]);
        }

        world.Simulation.RunFor(TimeSpan.FromMilliseconds(random.NextInt32(200)));
    }

    private static void Open(OracleWorld world, params ReadOnlySpan<ushort> ids)
    {
        foreach (var id in ids)
        {
            Assert.Equal(
                DataChannelOpenResult.Opened,
                world.Ours.Transport.Open(new() { NegotiatedId = id }, out _)
            );
        }
    }

    /// <summary>A reset of our direction of a stream is answered by one of theirs, as browsers do (RFC 8831 §6.7), which have no other
    /// channels.</summary>
    private static void CloseAsTheyDo(OracleWorld world, ushort[] ids)
    {
        var answered = new HashSet<ushort>();
        world.RunUntil(() =>
        {
            foreach (var id in ids)
            {
                // One of theirs at a time: refused while another is under way.
                if (
                    world.Theirs.Resets.Contains((PeersDirection, id))
                    && !answered.Contains(id)
                    && world.Theirs.ResetStream(id) == 0
                )
                {
                    answered.Add(id);
                }
            }

            return Portrayed.All(id =>
                    world.Ours.Events.Contains((DataChannelEventKind.ChannelClosed, id))
                ) && ids.All(id => world.Theirs.Resets.Contains((OwnDirection, id)));
        });
        world.Theirs.Resets.Clear();
    }
}
