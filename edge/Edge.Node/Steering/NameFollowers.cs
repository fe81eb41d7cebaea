using System.Collections.Immutable;
using Edge.Mesh;

namespace Edge.Node.Steering;

/// <summary>What listens under the names of nodes whose sessions this one has.</summary>
/// <remarks>Threads: any; the lock is held while subscriptions begin and end, whose handlers never take it.</remarks>
internal sealed class NameFollowers
{
    private readonly Lock _lock = new();
    private readonly List<Follower> _followers = [];
    private ImmutableHashSet<NodeAddress> _names = [];

    /// <summary>Begins something under each name that there is now and from then on, and ends it with the name, or when the
    /// result is disposed.</summary>
    public IDisposable Add(Func<NodeAddress, IDisposable> begin)
    {
        var follower = new Follower(this, begin);
        lock (_lock)
        {
            _followers.Add(follower);
            follower.Follow(_names);
        }

        return follower;
    }

    /// <summary>These are the names from now on.</summary>
    public void Set(ImmutableHashSet<NodeAddress> names)
    {
        lock (_lock)
        {
            if (names.SetEquals(_names))
            {
                return;
            }

            _names = names;
            foreach (var follower in _followers)
            {
                follower.Follow(names);
            }
        }
    }

    private void Remove(Follower follower)
    {
        lock (_lock)
        {
            _followers.Remove(follower);
            follower.Follow([]);
        }
    }

    /// <summary>One who listens. Threads: under the lock.</summary>
    private sealed class Follower(NameFollowers followers, Func<NodeAddress, IDisposable> begin)
        : IDisposable
    {
        private readonly Dictionary<NodeAddress, IDisposable> _begun = [];

        public void Follow(ImmutableHashSet<NodeAddress> names)
        {
            foreach (var (name, begun) in _begun)
            {
                if (!names.Contains(name))
                {
                    _begun.Remove(name);
                    begun.Dispose();
                }
            }

            foreach (var name in names)
            {
                if (!_begun.ContainsKey(name))
                {
                    _begun.Add(name, begin(name));
                }
            }
        }

        public void Dispose() => followers.Remove(this);
    }
}
