namespace Edge.Load.Reports;

/// <summary>Columns as wide as what stands in them: the first is flush left, the others right.</summary>
internal sealed class TextTable
{
    private const int Between = 2;

    private readonly List<string[]> _lines = [];

    public TextTable(params string[] heads) => _lines.Add(heads);

    public void Add(params string[] fields) => _lines.Add(fields);

    public void Print(TextWriter output)
    {
        var widths = _lines[0]
            .Select((_, column) => _lines.Max(line => line[column].Length))
            .ToArray();
        foreach (var line in _lines)
        {
            var fields = line.Select(
                (field, column) =>
                    column == 0
                        ? field.PadRight(widths[column])
                        : field.PadLeft(widths[column] + Between)
            );
            output.WriteLine(string.Concat(fields));
        }
    }
}
