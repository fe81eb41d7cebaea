using Control.Contract;
using Control.Contract.Calls;
using Edge.Native.Sockets;
using Edge.Node.Sessions.Sound;
using Edge.Node.Shards;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Transport;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <content>Steps of a negotiation, and what they change in the media.</content>
internal sealed partial class CallsNode
{
    /// <summary>Waits for the session's queue and, where offers are made, for the answer to a pending one.
    /// An answer that does not come is waited for no longer than <see cref="AnswerWait"/>: then the
    /// offer is taken back.</summary>
    /// <returns>Null with the gate held, or the refusal.</returns>
    private async ValueTask<CallsError?> TakeTurnAsync(
        CallsSession session,
        CancellationToken cancellation
    )
    {
        var deadline = state.Clock.Now() + AnswerWait;
        while (true)
        {
            if (await EnterAsync(session, cancellation) is { } refusal)
            {
                return refusal;
            }

            if (session.Negotiator.State == NegotiationState.Stable)
            {
                return null;
            }

            var left = deadline - state.Clock.Now();
            if (left <= TimeSpan.Zero)
            {
                _ = session.Negotiator.Rollback();
                session.Intents.Clear();
                session.HandleAnswered();
                return null;
            }

            var answered = session.Answered;
            session.Gate.Release();
            await WaitAsync(answered, left, cancellation);
        }
    }

    /// <summary>Waits for the session's queue, whatever its negotiation waits for.</summary>
    /// <returns>Null with the gate held, or why nothing can be done with the session any more.</returns>
    private static async ValueTask<CallsError?> EnterAsync(
        CallsSession session,
        CancellationToken cancellation
    )
    {
        await session.Gate.WaitAsync(cancellation);
        if (session.Refusal is not { } refusal)
        {
            return null;
        }

        session.Gate.Release();
        return refusal;
    }

    /// <summary>Looks again and again, until there is nothing more to wait for or the time is over.</summary>
    private async ValueTask<T> AwaitAsync<T>(
        TimeSpan atMost,
        Func<Outlook<T>> look,
        CancellationToken cancellation
    )
    {
        var deadline = state.Clock.Now() + atMost;
        while (true)
        {
            var (answer, change) = look();
            var left = deadline - state.Clock.Now();
            if (change is null || left <= TimeSpan.Zero)
            {
                return answer;
            }

            await WaitAsync(change, left, cancellation);
        }
    }

    /// <summary>Waits for a task or a time, whichever comes first.</summary>
    private static async ValueTask WaitAsync(
        Task task,
        TimeSpan atMost,
        CancellationToken cancellation
    )
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(task, Task.Delay(atMost, enough.Token));
        await enough.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private SessionStep Answer(
        CallsSession session,
        SessionDescription offer,
        System.Collections.Immutable.ImmutableArray<SectionRequest> requests
    )
    {
        var isNew = session.Credentials is null || session.Negotiator.NeedsNewCredentials(offer);
        var credentials = isNew ? factory.DrawCredentials(session.Random) : session.Credentials!;
        var step = session.Negotiator.Answer(
            offer,
            requests,
            factory.Describe(session.Identity, credentials, session.OwnPort)
        );
        if (step is SessionStep.Taken)
        {
            session.Credentials = credentials;
        }

        return step;
    }

    private SessionStep Offer(
        CallsSession session,
        System.Collections.Immutable.ImmutableArray<SectionRequest> requests
    )
    {
        session.Credentials ??= factory.DrawCredentials(session.Random);
        return session.Negotiator.Offer(
            requests,
            factory.Describe(session.Identity, session.Credentials, session.OwnPort)
        );
    }

    /// <summary>Makes the changes of a step; the client's description is answered only afterwards.</summary>
    private async ValueTask<CallsResult<SessionChange>> ApplyAsync(
        CallsSession session,
        SessionStep step
    )
    {
        if (step is not SessionStep.Taken taken)
        {
            return CallsErrors.From((SessionStep.Refused)step);
        }

        var change = taken.Change;
        if (
            change.Transport is { } transport
            && await ApplyAsync(session, transport) is { } unreachable
        )
        {
            return unreachable;
        }

        var changes = new List<MediaChange>(change.Sections.Length);
        foreach (var section in change.Sections)
        {
            Plan(session, section, changes);
        }

        return await ApplyAsync(session, changes) && await ApplyChannelsAsync(session, change)
            ? change
            : CallsErrors.Gone;
    }

    /// <summary>Lets the session's shard make changes; false when its media has ended.</summary>
    private async ValueTask<bool> ApplyAsync(CallsSession session, List<MediaChange> changes)
    {
        if (changes.Count == 0)
        {
            return true;
        }

        if (session.Media is not { } media)
        {
            return false;
        }

        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        state
            .Shards[media.OwnerShard]
            .Post(new ShardCommand.ChangeMedia(media, [.. changes], done));
        return await done.Task;
    }

    /// <summary>Follows a change of the transport; null, or why it cannot be followed.</summary>
    private async ValueTask<CallsError?> ApplyAsync(CallsSession session, TransportChange transport)
    {
        var remote = transport.Remote;
        if (session.IceMode == IceMode.Controlling)
        {
            var targets = factory.ChooseTargets(remote);
            if (targets.Refusal is { } sentence)
            {
                // The description is agreed already: there is no way back for this session.
                End(session);
                return CallsErrors.Unreadable(sentence);
            }

            remote = remote with { Candidates = targets.Addresses };
        }

        switch (transport.Kind)
        {
            case TransportChangeKind.Begun:
                return Begin(session, remote);
            case TransportChangeKind.Restarted:
                return await RestartAsync(session, remote) ? null : CallsErrors.Gone;
            case TransportChangeKind.Replaced when session.IceMode == IceMode.Controlling:
                // Its port stands in our description already.
                End(session);
                return CallsErrors.NoReplacement;
            case TransportChangeKind.Replaced:
                return await ReplaceAsync(session, remote);
            default:
                return null;
        }
    }

    private async ValueTask<bool> RestartAsync(CallsSession session, RemoteTransport remote) =>
        session.Media is { } media
        && await factory.RestartIceAsync(
            media,
            session.Credentials!,
            new IceCredentials(remote.UsernameFragment, remote.Password),
            remote.Candidates
        );

    private CallsError? Begin(CallsSession session, RemoteTransport remote)
    {
        UdpSocket? socket = null;
        if (session.IceMode == IceMode.Controlling)
        {
            // The one it was described with, or another one for another transport.
            socket = session.TakeSocket() ?? factory.OpenPort();
            if (socket is null)
            {
                End(session);
                return CallsErrors.NoPort(state.Options.OverloadedRetryAfter);
            }
        }

        var credentials = session.Credentials!;
        var media = factory.Create(
            new SessionFactory.SessionPlan(
                session.Id,
                new StreamKey(session.AppId, ""),
                SessionRole.Caller,
                session.Identity,
                credentials,
                remote,
                [],
                session.Negotiator.Policy.Cname,
                socket
            ),
            session.Random
        );
        media.Sound = new SessionSound(media, session.Audio ?? new AudioChoice());
        // It goes on with what is connected: not a join that costs nobody anything on its way.
        media.StaysHere = session.Media is not null;
        // Known before anybody can close it, or its end would leave it in the directory.
        factory.Know(media, credentials);
        state.Adoptions?.AddFragment(session.Id, credentials.UsernameFragment);
        session.HandleBegun(media);
        factory.Give(media);
        if (session.IsOver)
        {
            // It was ended while this was being made, when there was nothing to close yet.
            state
                .Shards[media.OwnerShard]
                .Post(new ShardCommand.Close(media, PeerClosedReason.Requested, Done: null));
        }

        // Whoever closes it either finds it at the session, or is seen here.
        Interlocked.MemoryBarrier();
        if (media.State == SessionState.Closed)
        {
            End(session);
        }

        return null;
    }

    /// <summary>The client goes on over another transport: its tracks move to another peer, where numbers
    /// go on and keys are new. Who watches sees a key frame.</summary>
    private async ValueTask<CallsError?> ReplaceAsync(CallsSession session, RemoteTransport remote)
    {
        List<MediaChange> leaving =
        [
            .. session.Published.Select(track => new MediaChange.Unpublish(track, IsFinal: false)),
            .. session.Pulled.Values.Select(pulled => new MediaChange.Unplay(pulled)),
        ];
        var before = session.Media;
        _ = await ApplyAsync(session, leaving);
        // Never without media in between: that is what a session looks like that nobody ever answered.
        if (Begin(session, remote) is { } refusal)
        {
            return refusal;
        }

        if (before is not null)
        {
            await MoveChannelsAsync(session, session.Media!);
            state.Shards[before.OwnerShard].Post(new ShardCommand.Abandon(before));
        }

        var coming = new List<MediaChange>();
        foreach (var track in session.Published)
        {
            if (session.Negotiator.Find(track.Mid)?.Receive is { } media)
            {
                coming.Add(ToPublish(track, media));
            }
        }

        foreach (var pulled in session.Pulled.Values)
        {
            if (session.Negotiator.Find(pulled.Mid)?.Send is { } media)
            {
                coming.Add(new MediaChange.Play(pulled, pulled.Track.Stream, media, pulled.Terms));
            }
        }

        _ = await ApplyAsync(session, coming);
        return null;
    }

    /// <summary>What a description says of the tracks to publish counts as if the request had said it
    /// (RFC 4796).</summary>
    private static void NoteContent(CallsSession session, SessionDescription description)
    {
        foreach (var section in description.Sections)
        {
            if (
                section is { ShowsSlides: true, Mid: { } mid }
                && session.Intents.GetValueOrDefault(mid) is SectionIntent.Publish publish
            )
            {
                session.Intents[mid] = publish with { Content = TrackContent.Screen };
            }
        }
    }

    /// <summary>Translates what was agreed of a section into what its shard has to do.</summary>
    private void Plan(CallsSession session, SectionChange section, List<MediaChange> changes)
    {
        switch (section.Kind)
        {
            case SectionChangeKind.ReceiveStarted:
                if (
                    session.Intents.TryGetValue(section.Mid, out var wanted)
                    && wanted is SectionIntent.Publish publish
                )
                {
                    changes.Add(Publish(session, publish, section));
                }

                break;
            case SectionChangeKind.ReceiveChanged:
                if (session.FindByMid(section.Mid) is { } changed)
                {
                    changes.Add(ToPublish(changed, section.Media!));
                }

                break;
            case SectionChangeKind.ReceiveEnded:
                if (session.FindByMid(section.Mid) is { } ended)
                {
                    session.Remove(ended);
                    Raise(ended, CallsEventKind.TrackEnded);
                    changes.Add(new MediaChange.Unpublish(ended, IsFinal: true));
                }

                break;
            case SectionChangeKind.SendStarted:
                if (
                    session.Intents.TryGetValue(section.Mid, out var intent)
                    && intent is SectionIntent.Pull pull
                )
                {
                    Play(session, section.Mid, pull, section.Media!, changes);
                }

                break;
            case SectionChangeKind.SendChanged:
                if (session.Pulled.TryGetValue(section.Mid, out var going))
                {
                    changes.Add(
                        new MediaChange.Retarget(
                            going,
                            going.Track.Stream,
                            section.Media!,
                            going.Terms
                        )
                    );
                }

                break;
            case SectionChangeKind.SendEnded:
                if (session.Pulled.Remove(section.Mid, out var gone))
                {
                    changes.Add(new MediaChange.Unplay(gone));
                }

                break;
            case SectionChangeKind.DataChannelsStarted:
            case SectionChangeKind.DataChannelsEnded:
            default:
                break;
        }
    }

    private MediaChange.Publish Publish(
        CallsSession session,
        SectionIntent.Publish intent,
        SectionChange section
    )
    {
        var media = section.Media!;
        var track = new CallsTrack(
            session.Subject,
            intent.Name,
            section.Mid,
            new TrackMedia(media.Kind, media.Codec, intent.IsEncrypted),
            state.Options.Shards,
            state.Clock.Life
        )
        {
            Content = intent.Content,
        };
        session.Add(track);
        Raise(track, CallsEventKind.TrackPublished);
        TellWhenStarted(session, track);
        return ToPublish(track, media);
    }

    private void TellWhenStarted(CallsSession session, CallsTrack track) =>
        _ = track.Stream.Started.ContinueWith(
            _ =>
            {
                // Of one that moved before, the other node tells.
                if (session.Fate != CallsSessionFate.Moved)
                {
                    Raise(track, CallsEventKind.TrackStarted);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default
        );

    /// <summary>No description says that a track is encrypted end to end; who publishes it did.</summary>
    private static MediaChange.Publish ToPublish(CallsTrack track, MediaAgreement media) =>
        new(track, media with { IsEncrypted = track.IsEncrypted });

    private static void Play(
        CallsSession session,
        string mid,
        SectionIntent.Pull pull,
        MediaAgreement media,
        List<MediaChange> changes
    )
    {
        var subscription = SentTracks.Subscribe(media, session.Random);
        var pulled = new PulledTrack(mid, pull.Track, pull.Choice, subscription)
        {
            Delivery = pull.Delivery ?? new DeliveryChoice(),
        };
        session.Pulled[mid] = pulled;
        changes.Add(new MediaChange.Play(pulled, pull.Track.Stream, media, pulled.Terms));
        if (Preference(pulled) is { } preference)
        {
            changes.Add(preference);
        }
    }
}
