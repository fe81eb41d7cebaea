namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>Who wants which subjects, wildcards allowed.</summary>
internal sealed class SubjectTable<TEntry>
    where TEntry : class, new()
{
    private readonly Dictionary<string, TEntry> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(string Pattern, TEntry Entry)>> _wild = new(
        StringComparer.Ordinal
    );

    /// <summary>All patterns, with who wants them, in the order in which they came.</summary>
    public IEnumerable<(string Pattern, TEntry Entry)> All =>
        _exact.Select(pair => (pair.Key, pair.Value)).Concat(_wild.Values.SelectMany(list => list));

    /// <summary>The entry of a pattern, made when there is none.</summary>
    public TEntry Open(string pattern)
    {
        if (TryFind(pattern, out var entry))
        {
            return entry;
        }

        entry = new TEntry();
        if (IsWild(pattern))
        {
            var first = FirstToken(pattern);
            if (!_wild.TryGetValue(first, out var list))
            {
                list = [];
                _wild.Add(first, list);
            }

            list.Add((pattern, entry));
        }
        else
        {
            _exact.Add(pattern, entry);
        }

        return entry;
    }

    /// <summary>Forgets a pattern.</summary>
    public void Remove(string pattern)
    {
        if (!IsWild(pattern))
        {
            _exact.Remove(pattern);
        }
        else if (_wild.TryGetValue(FirstToken(pattern), out var list))
        {
            list.RemoveAll(item => string.Equals(item.Pattern, pattern, StringComparison.Ordinal));
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _exact.Clear();
        _wild.Clear();
    }

    /// <summary>Collects the entries whose pattern covers a subject.</summary>
    public void Collect(string subject, List<TEntry> found)
    {
        found.Clear();
        if (_exact.TryGetValue(subject, out var exact))
        {
            found.Add(exact);
        }

        if (_wild.Count > 0 && _wild.TryGetValue(FirstToken(subject), out var list))
        {
            foreach (var (pattern, entry) in list)
            {
                if (Matches(pattern, subject))
                {
                    found.Add(entry);
                }
            }
        }
    }

    /// <summary>Whether a pattern covers a subject.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> subject)
    {
        while (true)
        {
            var wanted = TakeToken(ref pattern);
            if (wanted is ">")
            {
                return !subject.IsEmpty;
            }

            if (subject.IsEmpty || wanted.IsEmpty)
            {
                return subject.IsEmpty && wanted.IsEmpty;
            }

            var token = TakeToken(ref subject);
            if (wanted is not "*" && !wanted.SequenceEqual(token))
            {
                return false;
            }
        }
    }

    private bool TryFind(string pattern, out TEntry entry)
    {
        if (_exact.TryGetValue(pattern, out entry!))
        {
            return true;
        }

        if (_wild.TryGetValue(FirstToken(pattern), out var list))
        {
            foreach (var item in list)
            {
                if (string.Equals(item.Pattern, pattern, StringComparison.Ordinal))
                {
                    entry = item.Entry;
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsWild(string pattern) =>
        pattern.Contains('*', StringComparison.Ordinal) || pattern.EndsWith('>');

    private static string FirstToken(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? text : text[..dot];
    }

    private static ReadOnlySpan<char> TakeToken(ref ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var token = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return token;
    }
}
