namespace Edge.Node.HandOver.Taking;

/// <summary>Room for sessions that are on their way to this node: kept from when their letter comes, so that letters that come at
/// once do not all take what is there once. Threads: any.</summary>
/// <param name="free">How many sessions this node has room for, beside those that are known to it.</param>
internal sealed class ArrivalRoom(Func<int> free)
{
    private readonly Lock _lock = new();
    private int _kept;

    /// <summary>Sessions that may come yet.</summary>
    public int Left
    {
        get
        {
            lock (_lock)
            {
                return free() - _kept;
            }
        }
    }

    /// <summary>Keeps room for a group; null when there is less.</summary>
    public Places? TryReserve(int sessions)
    {
        lock (_lock)
        {
            if (sessions > free() - _kept)
            {
                return null;
            }

            _kept += sessions;
            return new Places(this, sessions);
        }
    }

    /// <summary>What is kept for one group. Threads: one at a time.</summary>
    internal sealed class Places(ArrivalRoom room, int sessions) : IDisposable
    {
        private int _left = sessions;

        /// <summary>Makes one of its sessions known, which counts by itself from then on: in one step, so that nobody sees it
        /// counted twice, or not at all.</summary>
        public void Enter(Action know)
        {
            lock (room._lock)
            {
                know();
                _left--;
                room._kept--;
            }
        }

        /// <summary>Gives back what was not needed.</summary>
        public void Dispose()
        {
            lock (room._lock)
            {
                room._kept -= _left;
                _left = 0;
            }
        }
    }
}
