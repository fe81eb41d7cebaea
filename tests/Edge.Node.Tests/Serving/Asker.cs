using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus.InProcess;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>Another process: asks a node by messages, and hears what nodes say.</summary>
internal sealed class Asker : IAsyncDisposable
{
    private readonly InProcessBus _bus;
    private readonly IDisposable _subscription;

    public Asker(InProcessExchange exchange, NodeAddress node)
    {
        _bus = exchange.Connect();
        Node = node;
        _subscription = _bus.Subscribe(
            NodeSubject.Announcements,
            message =>
            {
                var announcement = JsonSerializer.Deserialize(
                    message.Payload,
                    NodeJson.Types.NodeAnnouncement
                );
                Assert.Equal(message.Subject, NodeSubject.Announcement(announcement!.Address));
                Announcements.Enqueue(announcement);
            }
        );
    }

    public InProcessBus Bus => _bus;

    public NodeAddress Node { get; }

    /// <summary>What was said so far.</summary>
    public ConcurrentQueue<NodeAnnouncement> Announcements { get; } = new();

    public async Task<Answer> AskAsync<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request,
        TimeSpan? within = null
    ) =>
        await AskRawAsync(
            NodeEnvelope.Write(
                operation.Name,
                request,
                operation.RequestType,
                within ?? TimeSpan.FromSeconds(10)
            )
        );

    public async Task<TAnswer> DoneAsync<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request
    ) => (await AskAsync(operation, request)).Done(operation.AnswerType);

    public async Task<Answer> AskRawAsync(byte[] message)
    {
        var reply = await _bus.RequestAsync(
            NodeSubject.Requests(Node),
            message,
            TimeSpan.FromSeconds(10),
            CancellationToken.None
        );
        Assert.True(reply.IsAnswered, $"The request ended as {reply.Status}.");
        return new Answer(reply.Payload);
    }

    /// <summary>Reads what comes to an inbox.</summary>
    public Inbox OpenInbox() => new(_bus);

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _bus.DisposeAsync();
    }

    /// <summary>An answer.</summary>
    internal sealed record Answer(ReadOnlyMemory<byte> Payload)
    {
        public NodeFault Fault => Read(NodeEnvelope.Fault, NodeJson.Types.NodeFault);

        public CallsError Refused => Read(NodeEnvelope.Refused, NodeJson.Types.CallsError);

        public T Done<T>(JsonTypeInfo<T> type) => Read(NodeEnvelope.Done, type);

        private T Read<T>(string name, JsonTypeInfo<T> type)
        {
            Assert.True(NodeEnvelope.TryRead(Payload.Span, out var envelope));
            Assert.Equal(name, envelope.Name);
            Assert.True(NodeJson.TryRead(envelope.Body, type, out var value));
            return value!;
        }
    }

    /// <summary>A subject of this process, and what came there.</summary>
    internal sealed class Inbox : IDisposable
    {
        private readonly IDisposable _subscription;
        private volatile bool _hasEnded;

        public Inbox(InProcessBus bus)
        {
            Subject = bus.CreateInbox();
            _subscription = bus.Subscribe(
                Subject,
                message =>
                {
                    Assert.True(NodeEnvelope.TryRead(message.Payload, out var envelope));
                    if (string.Equals(envelope.Name, NodeEnvelope.End, StringComparison.Ordinal))
                    {
                        _hasEnded = true;
                        return;
                    }

                    Assert.Equal(NodeEnvelope.Event, envelope.Name);
                    Assert.True(
                        NodeJson.TryRead(envelope.Body, NodeJson.Types.CallsEvent, out var happened)
                    );
                    Events.Enqueue(happened!);
                }
            );
        }

        public string Subject { get; }

        public ConcurrentQueue<CallsEvent> Events { get; } = new();

        public bool HasEnded => _hasEnded;

        public void Dispose() => _subscription.Dispose();
    }
}
