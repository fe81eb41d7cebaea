using System.Collections.Concurrent;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Messages;

namespace Edge.Node.MeshLink.Channels;

/// <summary>Data channels between this node and others: NOTES.md says by which rules.</summary>
/// <remarks>The engine drives it. Threads: the mesh's, but for what is marked "any".</remarks>
internal sealed partial class MeshChannels
{
    /// <summary>How often what is outstanding is looked at. Chosen: fine enough for times of seconds.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an acknowledgement waits while the publisher's shard has too many replies to take.</summary>
    private static readonly TimeSpan AckRetry = TimeSpan.FromMilliseconds(5);

    private readonly NodeState _node;
    private readonly MeshEngine _engine;
    private readonly MeshOptions _options;
    private readonly OriginBook _origins;
    private readonly WatchBook _watches;
    private readonly Dictionary<TrackToken, ExportedChannel> _exported = [];
    private readonly ConcurrentDictionary<TrackToken, RemoteChannel> _remote = new();
    private readonly Dictionary<TrackToken, (RemoteChannel, IDisposable)> _watched = [];
    private readonly Dictionary<ulong, MessageOutbox> _grants = [];
    private readonly List<MessageOutbox> _outstanding = [];
    private readonly List<ExportedChannel> _ackDue = [];
    private readonly byte[] _buffer = new byte[MeshMessage.BytesMax];
    private Instant _checkAt = Instant.Never;
    private Instant _ackAt = Instant.Never;

    /// <summary>Makes one without channels.</summary>
    public MeshChannels(
        NodeState node,
        MeshEngine engine,
        MeshOptions options,
        OriginBook origins,
        WatchBook watches
    )
    {
        _node = node;
        _engine = engine;
        _options = options;
        _origins = origins;
        _watches = watches;
    }

    /// <summary>Bytes published since it was last set to zero.</summary>
    public int PublishedBytes { get; set; }

    /// <summary>Messages that a bus did not take: their readers see a gap.</summary>
    public long Refused { get; private set; }

    /// <summary>When something is due.</summary>
    public Instant PollTimeout() => Instant.Min(_checkAt, _ackAt);

    /// <summary>Does what it is asked.</summary>
    public void Handle(ChannelCommand command, Instant now)
    {
        switch (command)
        {
            case ChannelCommand.Send send:
                Send(send.Channel, send.Message, now);
                break;
            case ChannelCommand.Acknowledge acknowledge:
                Acknowledge(acknowledge.Channel);
                break;
            case ChannelCommand.TakeAck ack:
                TakeAck(ack.App, ack.Bytes, now);
                break;
            case ChannelCommand.Reply reply:
                Reply(reply.Outbox, reply.Message, now);
                break;
            case ChannelCommand.TakeReply reply:
                TakeReply(reply, now);
                break;
            case ChannelCommand.Join join:
                Join(join, now);
                break;
            case ChannelCommand.WithdrawChannel withdraw:
                Withdraw(withdraw.Channel, now);
                break;
            case ChannelCommand.ReleaseChannel release:
                release.Done.TrySetResult(Release(release.Channel));
                break;
            case ChannelCommand.ResumeChannel resume:
                Resume(resume, now);
                resume.Done.TrySetResult();
                break;
            case ChannelCommand.Grant grant:
                grant.Done.TrySetResult(Grant(grant));
                break;
            case ChannelCommand.Revoke revoke:
                Revoke(revoke.Token, revoke.Watcher, revoke.Reader);
                revoke.Done.TrySetResult();
                break;
            case ChannelCommand.WatchChannel watch:
                Watch(watch.Channel, now);
                break;
            case ChannelCommand.Confirm confirm:
                Confirm(confirm.Channel, now);
                break;
            case ChannelCommand.UnwatchChannel unwatch:
                Unwatch(unwatch.Channel, now);
                break;
            case ChannelCommand.OpenReplies open:
                _grants[open.Outbox.Generation] = open.Outbox;
                _ = open.Outbox.Acks.TryJoin(open.Owner, now);
                break;
            case ChannelCommand.CloseReplies close:
                Close(close.Outbox, now);
                close.Done.TrySetResult();
                break;
            default:
                break;
        }
    }

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_ackAt <= now)
        {
            AcknowledgeReplies(now);
        }

        if (_checkAt <= now)
        {
            CheckOutstanding(now);
        }
    }

    /// <summary>What is over takes its bytes with it.</summary>
    public void Clear()
    {
        foreach (var (_, subscription) in _watched.Values)
        {
            subscription.Dispose();
        }

        foreach (var outbox in _outstanding)
        {
            outbox.ReleaseAll();
        }
    }

    /// <summary>Sends a message in as many parts as it needs; false when a bus did not take all of them.</summary>
    private bool Transmit(MessageOutbox outbox, RelayedMessage message, Instant now)
    {
        var bytes = message.Bytes;
        var number = outbox.Acks.Last + 1;
        var isSent = true;
        for (var offset = 0; !outbox.Acks.IsEmpty; )
        {
            var part = bytes[offset..];
            part = part[..Math.Min(part.Length, MeshLimits.MessagePartBytesMax)];
            isSent &= Publish(
                outbox,
                new MeshMessage
                {
                    Generation = outbox.Generation,
                    Number = number,
                    Offset = offset,
                    TotalLength = bytes.Length,
                    IsBinary = message.IsBinary,
                    Bytes = part,
                }
            );
            offset += part.Length;
            if (offset == bytes.Length)
            {
                break;
            }
        }

        // Last, for it may let go of the message.
        _ = outbox.Keep(message, now);
        List(outbox, now);
        return isSent;
    }

    private void SayOther(MessageOutbox outbox, MeshMessageKind kind, ulong number) =>
        _ = Publish(
            outbox,
            new MeshMessage
            {
                Generation = outbox.Generation,
                Number = number,
                Offset = 0,
                TotalLength = 0,
                IsBinary = true,
                Bytes = [],
                Kind = kind,
            }
        );

    /// <summary>Publishes once for all who take it: on the bus of this PoP, and on the one between PoPs, where
    /// there are such; false when one did not take it.</summary>
    private bool Publish(MessageOutbox outbox, in MeshMessage part)
    {
        var length = part.Write(_buffer);
        var near = outbox.Acks.HasAnyOf(_engine.Self.Pop) ? _options.Near ?? _options.Far : null;
        var far = outbox.Acks.HasAnyBeyond(_engine.Self.Pop) ? _options.Far ?? _options.Near : null;
        var isSent = near is null || TryPublish(near, outbox.Subject, length);
        if (far is not null && !ReferenceEquals(far, near))
        {
            isSent &= TryPublish(far, outbox.Subject, length);
        }

        return isSent;
    }

    private bool TryPublish(IBus bus, string subject, int length)
    {
        PublishedBytes += length;
        if (bus.TryPublish(subject, _buffer.AsSpan(0, length)))
        {
            return true;
        }

        Refused++;
        return false;
    }

    private void PublishAck(in MeshMessageAck ack, string app, NodeAddress to)
    {
        Span<byte> bytes = stackalloc byte[MeshMessageAck.BytesMax];
        var length = ack.Write(bytes);
        // What is lost of them is made good by the next, or by the sender's reminder.
        _ = _engine.BusTo(to).TryPublish(MeshSubjects.Ack(app, to), bytes[..length]);
    }

    private void TakeAck(string app, byte[] bytes, Instant now)
    {
        if (MeshMessageAck.TryParse(bytes, out var ack) != MeshParseError.None)
        {
            _engine.CountMalformed();
            return;
        }

        var isOfChannel =
            _exported.TryGetValue(ack.Channel, out var exported)
            && exported.Outbox.Generation == ack.Generation;
        var outbox = isOfChannel ? exported!.Outbox : _grants.GetValueOrDefault(ack.Generation);
        if (
            outbox is null
            || outbox.Token != ack.Channel
            || !string.Equals(outbox.App, app, StringComparison.Ordinal)
        )
        {
            return;
        }

        outbox.Acks.HandleAck(new(ack.Watcher.Pop, ack.Watcher.Node), ack.Number, now);
        outbox.ReleaseSettled();
        if (ack.HasLoss && outbox.Replier is { MayLose: false })
        {
            EndReplier(outbox);
        }
    }

    private void List(MessageOutbox outbox, Instant now)
    {
        if (outbox.Acks.HasOutstanding && !outbox.IsListed)
        {
            outbox.IsListed = true;
            _outstanding.Add(outbox);
            _checkAt = Instant.Min(_checkAt, now + CheckInterval);
        }
    }

    /// <summary>Reminds who has not acknowledged, and gives up who has not for too long.</summary>
    private void CheckOutstanding(Instant now)
    {
        for (var index = _outstanding.Count - 1; index >= 0; index--)
        {
            var outbox = _outstanding[index];
            while (outbox.Acks.TryTakeStalled(now, out var stalled))
            {
                GiveUp(outbox, stalled, now);
            }

            outbox.ReleaseSettled();
            if (outbox.Acks.TakesProbe(now))
            {
                SayOther(outbox, MeshMessageKind.Position, outbox.Acks.Last);
            }

            if (!outbox.Acks.HasOutstanding)
            {
                outbox.IsListed = false;
                _outstanding.RemoveAt(index);
                ForgetIfClosed(outbox);
            }
        }

        _checkAt = _outstanding.Count == 0 ? Instant.Never : now + CheckInterval;
    }

    private void GiveUp(MessageOutbox outbox, NodeAddress stalled, Instant now)
    {
        if (outbox.Replier is not null)
        {
            EndReplier(outbox);
            return;
        }

        // What it owes counts no more. If it is there, its next word of what it wants brings it back.
        _origins.Drop(outbox.Token, stalled);
        _engine.TakeOriginEvents(now);
    }

    private void ForgetIfClosed(MessageOutbox outbox)
    {
        if (outbox.IsClosed && !outbox.Acks.HasOutstanding)
        {
            _ = _grants.Remove(outbox.Generation);
        }
    }
}
