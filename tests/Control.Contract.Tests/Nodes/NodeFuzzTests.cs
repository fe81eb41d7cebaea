using System.Text;
using System.Text.Json;
using Control.Contract.Nodes;
using Edge.Primitives;
using Edge.Testing;

namespace Control.Contract.Tests.Nodes;

/// <summary>Bytes that no node of ours would send: they are read, or refused, and nothing is thrown.</summary>
public sealed class NodeFuzzTests
{
    private const int Rounds = 20_000;

    private static readonly string[] Splices =
    [
        "",
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "1e999",
        "\"\\ud800\"",
        "\u00e9",
        ",",
        "]",
        "}",
        "{\"is\":",
        "\"later\":{\"x\":[1]},",
    ];

    [Fact]
    public void TryRead_DamagedEnvelopes_AgreesWithAReaderOfItsOwn() =>
        Seeds.Check(random =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var message = Damage($"[1,\"describe\",{Draw(random).Json},5000]", random);
                var isRead = NodeEnvelope.TryRead(message, out var envelope);
                Assert.Equal(ReadSlowly(message), isRead ? envelope.Name : null);
            }
        });

    [Fact]
    public void TryRead_DamagedRecords_ReadOrRefused()
    {
        var readCount = 0;
        Seeds.Check(random =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var sample = Draw(random);
                if (sample.Read(Damage(sample.Json, random)) is { } read)
                {
                    // What was let in can be written, so it holds no half of a record.
                    _ = sample.Write(read);
                    readCount++;
                }
            }
        });
        Assert.InRange(readCount, 1, Rounds - 1);
    }

    private static Samples.Sample Draw(Prng random) =>
        Samples.All[random.NextInt32(Samples.All.Count)];

    private static byte[] Damage(string text, Prng random)
    {
        for (var steps = 1 + random.NextInt32(3); steps > 0; steps--)
        {
            var start = random.NextInt32(text.Length + 1);
            var end = Math.Min(text.Length, start + random.NextInt32(8));
            text = text[..start] + Splices[random.NextInt32(Splices.Length)] + text[end..];
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.NextInt32(4) == 0 && bytes.Length > 0)
        {
            bytes[random.NextInt32(bytes.Length)] = (byte)random.NextUInt32();
        }

        return bytes;
    }

    /// <summary>The rules of the envelope once more, over a whole document; the name, or null.</summary>
    private static string? ReadSlowly(byte[] message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() < 3)
            {
                return null;
            }

            var isVersion =
                root[0].ValueKind == JsonValueKind.Number
                && root[0].TryGetInt64(out var version)
                && version == NodeEnvelope.Version;
            var isWithin =
                root.GetArrayLength() == 3
                || root[3].ValueKind == JsonValueKind.Null
                || (
                    root[3].ValueKind == JsonValueKind.Number
                    && root[3].TryGetInt64(out var within)
                    && within is >= 0 and <= 86_400_000
                );
            var name =
                root[1].ValueKind == JsonValueKind.String ? root[1].GetRawText()[1..^1] : "\\";
            var isName = name.Length <= 64 && name.All(each => each is not '\\' and <= '~');
            return isVersion && isWithin && isName ? name : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is a name that is no text.
            return null;
        }
    }
}
