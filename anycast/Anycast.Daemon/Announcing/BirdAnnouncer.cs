using System.Collections.Immutable;
using Anycast.Bird;
using Anycast.Bird.Replies;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Announcing;

/// <summary>Has BIRD be as it is to be: tells it at once when that changes, and looks again and again whether it is,
/// since BIRD may be restarted or be told otherwise by somebody.</summary>
/// <remarks>Threads: <see cref="Want"/> of any; BIRD is asked by one loop.</remarks>
internal sealed partial class BirdAnnouncer : IAsyncDisposable
{
    /// <summary>Time between two looks. Chosen: for so long the address is away when somebody has BIRD read its
    /// configuration again, which disables what the file has disabled.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly BirdClient _bird;
    private readonly ImmutableArray<string> _protocols;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();

    // The first look waits for nothing.
    private readonly SemaphoreSlim _changed = new(1);
    private readonly Task _loop;
    private readonly bool _isDryRun;
    private volatile int _wanted;
    private volatile int _state;
    private bool _hasFailed;
    private BirdState _confirmed;

    /// <summary>Begins to look; nothing is told until <see cref="Want"/> says what.</summary>
    /// <param name="bird">Whom to tell.</param>
    /// <param name="protocols">The protocols that hold the address.</param>
    /// <param name="isDryRun">Whether BIRD is only looked at.</param>
    /// <param name="log">Where it is said.</param>
    public BirdAnnouncer(
        BirdClient bird,
        ImmutableArray<string> protocols,
        bool isDryRun,
        ILogger log
    )
    {
        _bird = bird;
        _protocols = protocols;
        _isDryRun = isDryRun;
        _log = log;
        _loop = RunAsync();
    }

    /// <summary>What BIRD has, as of the last look.</summary>
    public BirdState State => (BirdState)_state;

    /// <summary>Ends when this does; with a fault, when that was ours.</summary>
    public Task Completion => _loop;

    /// <summary>Says what BIRD is to have from now on.</summary>
    public void Want(BirdState state)
    {
        _wanted = (int)state;
        _changed.Release();
    }

    /// <summary>Withdraws for good and waits until that was said, or BIRD did not answer in time; a dry run only
    /// ends.</summary>
    public async Task EndAsync()
    {
        await StopAsync();
        if (!_isDryRun)
        {
            // What is asked has its own deadline: the process ends whatever BIRD does.
            await TellAsync(BirdState.Withdrawn, CancellationToken.None);
        }
    }

    /// <summary>Ends, and leaves BIRD as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _changed.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _changed.WaitAsync(LookEvery, _stop.Token);
            var wanted = (BirdState)_wanted;
            var state = await LookAsync(_stop.Token);
            if (state == wanted || wanted == BirdState.Unknown || _isDryRun)
            {
                _confirmed = state;
                continue;
            }

            if (_confirmed == wanted && state != BirdState.Unknown)
            {
                LogDrifted(_log, state);
            }

            _confirmed = await TellAsync(wanted, _stop.Token);
        }
    }

    /// <summary>Tells, and looks what came of it. A protocol that is missing keeps no other from being told.</summary>
    private async Task<BirdState> TellAsync(BirdState wanted, CancellationToken cancellation)
    {
        var areDone = true;
        foreach (var protocol in _protocols)
        {
            var reply =
                wanted == BirdState.Announced
                    ? await _bird.EnableAsync(protocol, cancellation)
                    : await _bird.DisableAsync(protocol, cancellation);
            if (reply is not BirdReply.Done)
            {
                NoteFailure(reply);
                areDone = false;
            }
        }

        if (!areDone)
        {
            return BirdState.Unknown;
        }

        var state = await LookAsync(cancellation);
        LogDone(_log, state);
        return state;
    }

    /// <summary>Asks once what BIRD has.</summary>
    private async Task<BirdState> LookAsync(CancellationToken cancellation)
    {
        var up = 0;
        var down = 0;
        foreach (var protocol in _protocols)
        {
            var reply = await _bird.ShowAsync(protocol, cancellation);
            var state = reply is BirdReply.Done done
                ? BirdProtocols.Find(done.Lines, protocol)
                : null;
            if (state is null)
            {
                NoteFailure(reply);
                return Note(BirdState.Unknown);
            }

            up += state == BirdProtocolState.Up ? 1 : 0;
            down += state == BirdProtocolState.Down ? 1 : 0;
        }

        NoteAnswer();
        return Note(
            up == _protocols.Length ? BirdState.Announced
            : down == _protocols.Length ? BirdState.Withdrawn
            : BirdState.Mixed
        );
    }

    private BirdState Note(BirdState state)
    {
        _state = (int)state;
        return state;
    }

    private void NoteFailure(BirdReply reply)
    {
        var problem = reply switch
        {
            BirdReply.Refused refused => refused.Problem,
            BirdReply.Unreachable unreachable => unreachable.Problem,
            _ => "it lists no such protocol.",
        };
        if (!_hasFailed)
        {
            LogFailed(_log, problem);
        }

        _hasFailed = true;
        Note(BirdState.Unknown);
    }

    private void NoteAnswer()
    {
        if (_hasFailed)
        {
            LogAnswersAgain(_log);
        }

        _hasFailed = false;
    }
}
