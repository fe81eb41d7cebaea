using System.Collections.Concurrent;
using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Load;

/// <summary>Drives all clients on one thread that never sleeps, so that no sender pays for waking a
/// receiver.</summary>
internal sealed class LoadDriver : IDisposable
{
    /// <summary>The thread's name.</summary>
    public const string ThreadName = "load";

    /// <summary>A turn that what came meanwhile is late by. Chosen: five times what a frame's latency should be.</summary>
    public static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly ConcurrentQueue<Waiter> _newWaiters = new();
    private readonly List<Waiter> _waiters = [];
    private readonly List<SocketClient> _clients = [];
    private readonly List<SocketClient> _publishers = [];
    private readonly LoadClock _clock;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public LoadDriver(LoadClock clock)
    {
        _clock = clock;
        _thread = new Thread(Loop) { IsBackground = true, Name = ThreadName };
        _thread.Start();
    }

    /// <summary>The longest that a turn over all clients took since the last reset.</summary>
    public TimeSpan LongestTurn { get; private set; }

    /// <summary>Time spent in turns longer than <see cref="LongTurn"/> since the last reset: of what came to clients,
    /// as large a share was late by their own fault.</summary>
    public TimeSpan LateTime { get; private set; }

    /// <summary>Time spent with clients to whom anything came, or who sent, since the last reset: of the window, as large a
    /// share they were busy. What looking in vain costs is left out: who has more to do looks less often.</summary>
    public TimeSpan BusyTime { get; private set; }

    /// <summary>Takes a client over.</summary>
    public void Add(SocketClient client) => _commands.Enqueue(() => _clients.Add(client));

    /// <summary>Takes over one that publishes: between any two others it is looked whether its time has come, so that it
    /// keeps the pauses of what it sends.</summary>
    public void AddPublisher(SocketClient client) =>
        _commands.Enqueue(() =>
        {
            _clients.Add(client);
            _publishers.Add(client);
        });

    /// <summary>Ends a client and forgets it.</summary>
    public Task RemoveAsync(SocketClient client) =>
        AskAsync(() =>
        {
            End(client);
            _ = _publishers.Remove(client);
            return _clients.Remove(client);
        });

    /// <summary>Forgets long turns; on the driver's thread only.</summary>
    public void ResetTurns()
    {
        LongestTurn = TimeSpan.Zero;
        LateTime = TimeSpan.Zero;
        BusyTime = TimeSpan.Zero;
    }

    /// <summary>Runs something between two turns and returns what it gave.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _commands.Enqueue(() => answer.SetResult(question()));
        return answer.Task;
    }

    /// <summary>Waits for a condition, looked at after each turn; false after the time.</summary>
    public Task<bool> WaitAsync(Func<bool> condition, TimeSpan longest)
    {
        var waiter = new Waiter(
            condition,
            _clock.Now + longest,
            new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        _newWaiters.Enqueue(waiter);
        return waiter.Answer.Task;
    }

    /// <summary>Tells every peer that it ends, then stops.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (var client in _clients)
        {
            End(client);
        }
    }

    private void End(SocketClient client)
    {
        client.Client.Close(_clock.Now);
        _ = client.Pump(_clock.Now);
        client.Dispose();
    }

    private void Loop()
    {
        while (!_isStopping)
        {
            var hasTold = false;
            while (_commands.TryDequeue(out var command))
            {
                command();
                hasTold = true;
            }

            var start = _clock.Now;
            var hasWorked = false;
            foreach (var client in _clients)
            {
                var from = _clock.Now;
                var hasPumped = hasTold ? client.Pump(from) : client.PumpDue(from);
                var until = _clock.Now;
                BusyTime += hasPumped ? until - from : TimeSpan.Zero;
                hasWorked |= hasPumped;
                PumpPublishers(until);
            }

            var turn = _clock.Now - start;
            LongestTurn = turn > LongestTurn ? turn : LongestTurn;
            LateTime += turn > LongTurn ? turn : TimeSpan.Zero;
            AnswerWaiters(_clock.Now);
            if (!hasWorked)
            {
                // Lets the requests of joins have the core; costs nothing when nobody waits.
                _ = Thread.Yield();
            }
        }
    }

    private void PumpPublishers(Instant now)
    {
        foreach (var publisher in _publishers)
        {
            if (publisher.DueAt <= now)
            {
                _ = publisher.PumpDue(now);
            }
        }
    }

    private void AnswerWaiters(Instant now)
    {
        while (_newWaiters.TryDequeue(out var waiter))
        {
            _waiters.Add(waiter);
        }

        for (var index = _waiters.Count - 1; index >= 0; index--)
        {
            var waiter = _waiters[index];
            var isThere = waiter.Condition();
            if (isThere || now > waiter.Deadline)
            {
                _waiters.RemoveAt(index);
                waiter.Answer.SetResult(isThere);
            }
        }
    }

    private readonly record struct Waiter(
        Func<bool> Condition,
        Instant Deadline,
        TaskCompletionSource<bool> Answer
    );
}
