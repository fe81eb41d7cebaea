using System.Text;

namespace Edge.Testing;

/// <summary>Test vectors of RFCs, kept as readable hex under tests/vectors.</summary>
/// <remarks>
/// Shape of a file: "# ..." comments (the first one cites the RFC and section); "[name]" begins a value;
/// every other line is hex with any spacing, or text in double quotes that stands for its UTF-8 bytes.
/// Bytes before the first name belong to the value named "".
/// </remarks>
public sealed class Vectors
{
    private const string Folder = "tests/vectors";

    private readonly string _source;
    private readonly Dictionary<string, byte[]> _values;

    private Vectors(string source, Dictionary<string, byte[]> values)
    {
        _source = source;
        _values = values;
    }

    /// <summary>The names in the file, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _values.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A copy of the bytes of one value, which the test may change.</summary>
    public byte[] this[string name] =>
        _values.TryGetValue(name, out var value)
            ? [.. value]
            : throw new TestingException($"{_source} has no value [{name}].");

    /// <summary>Reads a file, its path given below tests/vectors (as "rfc5769/request.txt").</summary>
    public static Vectors Load(string name)
    {
        var source = $"{Folder}/{name}";
        var path = RepositoryRoot.Combine(source);
        return File.Exists(path)
            ? Parse(source, File.ReadAllText(path))
            : throw new TestingException($"There is no {source}.");
    }

    /// <summary>The bytes of hex text with any spacing, for a vector short enough to stand in a test.</summary>
    public static byte[] Hex(string text)
    {
        var digits = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException failure)
        {
            throw new TestingException($"Not hex: '{text}'.", failure);
        }
    }

    internal static Vectors Parse(string source, string text)
    {
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var name = "";
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                name = line[1..^1];
                if (!values.TryAdd(name, []))
                {
                    throw new TestingException($"{source} has two values [{name}].");
                }

                continue;
            }

            var isText = line.Length >= 2 && line[0] == '"' && line[^1] == '"';
            byte[] bytes = isText ? Encoding.UTF8.GetBytes(line[1..^1]) : Hex(line);
            values[name] = values.TryGetValue(name, out var before) ? [.. before, .. bytes] : bytes;
        }

        return new Vectors(source, values);
    }
}
