using System.Globalization;
using System.Text;

namespace Edge.Wire.Tests.Rtp;

/// <summary>The dependency descriptor read from a string of bits, to compare the real reader with
/// (AV1 RTP specification, appendix A.8).</summary>
internal sealed class SlowDependencyDescriptor
{
    private readonly string _bits;
    private int _at;

    private SlowDependencyDescriptor(byte[] data) =>
        _bits = string.Concat(data.Select(value => Convert.ToString(value, 2).PadLeft(8, '0')));

    internal sealed class Structure
    {
        public int Offset;
        public int Targets;
        public List<(int Spatial, int Temporal)> Layers = [];
        public List<string> Indications = [];
        public List<List<int>> Differences = [];
        public int Chains;
        public List<int> ChainOfTarget = [];
        public List<List<int>> ChainDifferences = [];
        public List<(int, int)> Sizes = [];
    }

    /// <summary>The descriptor as one line and the structure that holds from then on; null when it is
    /// malformed.</summary>
    public static string? Describe(byte[] data, ref Structure? structure)
    {
        try
        {
            var next = structure;
            var line = new SlowDependencyDescriptor(data).Read(data.Length, ref next);
            structure = next;
            return line;
        }
        catch (Exception failure)
            when (failure
                    is ArgumentOutOfRangeException
                        or NullReferenceException
                        or InvalidDataException
            )
        {
            return null;
        }
    }

    private string Read(int length, ref Structure? structure)
    {
        var line = new StringBuilder();
        line.Append(Bits(1) == 1 ? 'S' : '.').Append(Bits(1) == 1 ? 'E' : '.');
        var id = Bits(6);
        line.Append(CultureInfo.InvariantCulture, $" f{Bits(16)}");
        bool[] flags =
            length > 3 ? [.. Enumerable.Range(0, 5).Select(_ => Bits(1) == 1)] : new bool[5];
        if (flags[0])
        {
            structure = ReadStructure();
        }

        var template = (id + 64 - structure!.Offset) % 64;
        var layer = structure.Layers[template];
        line.Append(CultureInfo.InvariantCulture, $" s{layer.Spatial}t{layer.Temporal}");
        if (flags[1])
        {
            line.Append(CultureInfo.InvariantCulture, $" active{Bits(structure.Targets)}");
        }
        else if (flags[0])
        {
            line.Append(CultureInfo.InvariantCulture, $" active{(1L << structure.Targets) - 1}");
        }

        line.Append(' ')
            .Append(flags[2] ? Indications(structure.Targets) : structure.Indications[template]);
        List<int> differences = structure.Differences[template];
        if (flags[3])
        {
            differences = [];
            for (var n = Bits(2); n != 0; n = Bits(2))
            {
                differences.Add(Bits(4 * n) + 1);
            }
        }

        line.Append(CultureInfo.InvariantCulture, $" [{string.Join(",", differences)}]");
        var chains = structure.Chains == 0 ? [] : structure.ChainDifferences[template];
        if (flags[4])
        {
            chains = [.. Enumerable.Range(0, structure.Chains).Select(_ => Bits(8))];
        }

        return line.Append(CultureInfo.InvariantCulture, $" [{string.Join(",", chains)}]")
            .ToString();
    }

    private Structure ReadStructure()
    {
        var structure = new Structure { Offset = Bits(6), Targets = Bits(5) + 1 };
        var spatial = 0;
        var temporal = 0;
        while (true)
        {
            structure.Layers.Add((spatial, temporal));
            var next = Bits(2);
            if (next == 3)
            {
                break;
            }

            (spatial, temporal) = next switch
            {
                0 => (spatial, temporal),
                1 => (spatial, temporal + 1),
                _ => (spatial + 1, 0),
            };
            if (structure.Layers.Count == 64 || spatial > 3 || temporal > 7)
            {
                throw new InvalidDataException();
            }
        }

        structure.Indications = [.. structure.Layers.Select(_ => Indications(structure.Targets))];
        foreach (var _ in structure.Layers)
        {
            List<int> differences = [];
            while (Bits(1) == 1)
            {
                differences.Add(Bits(4) + 1);
            }

            structure.Differences.Add(differences);
        }

        structure.Chains = NonSymmetric(structure.Targets + 1);
        if (structure.Chains > 0)
        {
            for (var target = 0; target < structure.Targets; target++)
            {
                structure.ChainOfTarget.Add(NonSymmetric(structure.Chains));
            }

            foreach (var _ in structure.Layers)
            {
                structure.ChainDifferences.Add([
                    .. Enumerable.Range(0, structure.Chains).Select(_ => Bits(4)),
                ]);
            }
        }

        if (Bits(1) == 1)
        {
            for (var layer = 0; layer <= spatial; layer++)
            {
                structure.Sizes.Add((Bits(16) + 1, Bits(16) + 1));
            }
        }

        return structure;
    }

    private string Indications(int targets) =>
        string.Concat(Enumerable.Range(0, targets).Select(_ => "-DSR"[Bits(2)]));

    private int NonSymmetric(int below)
    {
        var width = 0;
        for (var rest = below; rest > 0; rest >>= 1)
        {
            width++;
        }

        var shorter = (1 << width) - below;
        var value = Bits(width - 1);
        return value < shorter ? value : (value << 1) - shorter + Bits(1);
    }

    private int Bits(int count)
    {
        var bits = _bits.Substring(_at, count);
        _at += count;
        return count == 0 ? 0 : unchecked((int)Convert.ToUInt32(bits, 2));
    }
}
