namespace Edge.Bus.Lan.Queues;

/// <summary>Finds everything that has subscribed a subject: a tree of tokens.</summary>
/// <remarks>Its size is that of the patterns in it; a look-up visits at most three branches a token, most of them
/// empty, and allocates nothing. Threads: one at a time.</remarks>
internal sealed class SubjectIndex<T>
    where T : class
{
    private readonly Node _root = new();

    /// <summary>Whether there is none.</summary>
    internal bool IsEmpty => _root.IsEmpty;

    /// <summary>Adds a subscriber. The same one may stand under several patterns, once under each.</summary>
    internal void Add(string pattern, T subscriber)
    {
        var node = _root;
        foreach (var range in pattern.AsSpan().Split('.'))
        {
            node = node.Open(pattern.AsSpan(range));
        }

        node.Subscribers.Add(subscriber);
    }

    /// <summary>Takes a subscriber out.</summary>
    internal void Remove(string pattern, T subscriber) => Remove(_root, pattern, subscriber);

    /// <summary>Appends everybody whose pattern covers a subject; who has several that do, several times.</summary>
    internal void Find(ReadOnlySpan<char> subject, List<T> found) => Find(_root, subject, found);

    // As deep as a subject has tokens, at most half of BusSubject.LengthMax.
    private static void Find(Node node, ReadOnlySpan<char> rest, List<T> found)
    {
        if (node.Rest is { } tail)
        {
            found.AddRange(tail.Subscribers);
        }

        var dot = rest.IndexOf('.');
        var token = dot < 0 ? rest : rest[..dot];
        if (node.TryFind(token, out var literal))
        {
            Descend(literal, rest, dot, found);
        }

        if (node.Any is { } any)
        {
            Descend(any, rest, dot, found);
        }
    }

    private static void Descend(Node node, ReadOnlySpan<char> rest, int dot, List<T> found)
    {
        if (dot < 0)
        {
            found.AddRange(node.Subscribers);
        }
        else
        {
            Find(node, rest[(dot + 1)..], found);
        }
    }

    private static void Remove(Node node, ReadOnlySpan<char> rest, T subscriber)
    {
        var dot = rest.IndexOf('.');
        var token = dot < 0 ? rest : rest[..dot];
        if (node.Peek(token) is not { } child)
        {
            return;
        }

        if (dot < 0)
        {
            child.Subscribers.Remove(subscriber);
        }
        else
        {
            Remove(child, rest[(dot + 1)..], subscriber);
        }

        if (child.IsEmpty)
        {
            node.Drop(token);
        }
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? _children;

        internal Node? Any { get; private set; }

        internal Node? Rest { get; private set; }

        internal List<T> Subscribers { get; } = [];

        internal bool IsEmpty =>
            Subscribers.Count == 0
            && Any is null
            && Rest is null
            && _children is not { Count: > 0 };

        internal bool TryFind(
            ReadOnlySpan<char> token,
            [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? child
        )
        {
            child = null;
            return _children is not null
                && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out child);
        }

        internal Node? Peek(ReadOnlySpan<char> token) =>
            token switch
            {
                BusSubject.AnyToken => Any,
                BusSubject.Rest => Rest,
                _ => TryFind(token, out var child) ? child : null,
            };

        internal Node Open(ReadOnlySpan<char> token)
        {
            if (Peek(token) is { } known)
            {
                return known;
            }

            var opened = new Node();
            switch (token)
            {
                case BusSubject.AnyToken:
                    Any = opened;
                    break;
                case BusSubject.Rest:
                    Rest = opened;
                    break;
                default:
                    _children ??= new(StringComparer.Ordinal);
                    _children.Add(token.ToString(), opened);
                    break;
            }

            return opened;
        }

        internal void Drop(ReadOnlySpan<char> token)
        {
            switch (token)
            {
                case BusSubject.AnyToken:
                    Any = null;
                    break;
                case BusSubject.Rest:
                    Rest = null;
                    break;
                default:
                    _children?.GetAlternateLookup<ReadOnlySpan<char>>().Remove(token);
                    break;
            }
        }
    }
}
