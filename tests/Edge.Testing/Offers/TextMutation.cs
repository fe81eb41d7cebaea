using System.Text;
using Edge.Primitives;

namespace Edge.Testing.Offers;

/// <summary>Damages texts of lines as a fuzzer does: lines dropped, doubled, swapped and cut, characters
/// changed, numbers blown up.</summary>
public static class TextMutation
{
    private const int StepsMax = 8;

    private static readonly string[] Splices =
    [
        "",
        " ",
        ":",
        ";",
        "=",
        "\0",
        "\r",
        "\u00e9",
        "\ud800",
        "-1",
        "0",
        "65536",
        "4294967296",
        "99999999999999999999",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "a=mid:0",
        "a=bundle-only",
        "a=inactive",
        "a=extmap:15 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=rtpmap:96 H264/90000",
        "a=simulcast:send ;;,~",
    ];

    /// <summary>A text changed in one to eight places.</summary>
    public static string Mutate(string text, Prng random)
    {
        var lines = new List<string>(text.Split("\r\n"));
        var steps = 1 + random.NextInt32(StepsMax);
        for (var step = 0; step < steps && lines.Count > 0; step++)
        {
            MutateOnce(lines, random);
        }

        return string.Join(random.NextInt32(4) == 0 ? "\n" : "\r\n", lines);
    }

    private static void MutateOnce(List<string> lines, Prng random)
    {
        var index = random.NextInt32(lines.Count);
        var other = random.NextInt32(lines.Count);
        switch (random.NextInt32(6))
        {
            case 0:
                lines.RemoveAt(index);
                break;
            case 1:
                lines.Insert(other, lines[index]);
                break;
            case 2:
                (lines[index], lines[other]) = (lines[other], lines[index]);
                break;
            case 3:
                lines[index] = lines[index][..random.NextInt32(lines[index].Length + 1)];
                break;
            case 4:
                lines.Insert(index, Splices[random.NextInt32(Splices.Length)]);
                break;
            default:
                lines[index] = Splice(lines[index], random);
                break;
        }
    }

    private static string Splice(string line, Prng random)
    {
        var text = new StringBuilder(line);
        var at = random.NextInt32(line.Length + 1);
        text.Remove(at, Math.Min(random.NextInt32(4), line.Length - at));
        text.Insert(at, Splices[random.NextInt32(Splices.Length)]);
        return text.ToString();
    }
}
