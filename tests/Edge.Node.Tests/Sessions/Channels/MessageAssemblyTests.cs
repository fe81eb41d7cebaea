using Edge.Mesh.Messages;
using Edge.Node.MeshLink.Channels;
using Edge.Wire.Mesh.Messages;
using Xunit;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>Messages of another node made whole of their parts.</summary>
public sealed class MessageAssemblyTests
{
    private readonly MessageAssembly _assembly = new(generation: 7, first: 1);

    [Fact]
    public void Take_Parts_GiveTheMessage()
    {
        Assert.Equal(MessageVerdict.Append, Take(Part(1, 0, 5, [1, 2])));
        // One that came before, and the beginning once more, change nothing of it.
        Assert.Equal(MessageVerdict.Drop, Take(Part(1, 0, 5, [9, 9])));
        Assert.Equal(MessageVerdict.Append, Take(Part(1, 2, 5, [3])));
        var last = Part(1, 3, 5, [4, 5]);
        Assert.Equal(MessageVerdict.Complete, Take(last));

        Assert.Equal([1, 2, 3, 4, 5], _assembly.Whole(last).ToArray());
    }

    [Fact]
    public void Take_MessageAfterAnUnfinishedOne_HasNothingOfIt()
    {
        Take(Part(1, 0, 5, [1, 2]));
        Take(Part(2, 0, 4, [3, 4]));
        var last = Part(2, 2, 4, [5, 6]);
        Assert.Equal(MessageVerdict.Complete, Take(last));

        Assert.Equal([3, 4, 5, 6], _assembly.Whole(last).ToArray());
    }

    [Fact]
    public void Take_OfAnotherGeneration_ChangesNothing()
    {
        Assert.Equal(MessageVerdict.Drop, Take(Part(1, 0, 1, [1], generation: 6)));
        Assert.Equal(0UL, _assembly.Last);
    }

    private MessageVerdict Take(in MeshMessage part) => _assembly.Take(part, out _);

    private static MeshMessage Part(
        ulong number,
        int offset,
        int total,
        byte[] bytes,
        ulong generation = 7
    ) =>
        new()
        {
            Generation = generation,
            Number = number,
            Offset = offset,
            TotalLength = total,
            IsBinary = true,
            Bytes = bytes,
        };
}
