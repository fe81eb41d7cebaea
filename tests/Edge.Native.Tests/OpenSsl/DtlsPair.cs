using Edge.Primitives;
using Edge.Protocol.Dtls;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Two associations with a link of virtual time between them that a test can disturb.</summary>
internal sealed class DtlsPair : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);

    private readonly PriorityQueue<(bool ToServer, byte[] Datagram), (long, long)> _link = new();
    private readonly byte[] _buffer = new byte[2048];
    private long _order;

    public DtlsPair(DtlsAssociation client, DtlsAssociation server)
    {
        Client = client;
        Server = server;
    }

    public DtlsAssociation Client { get; }

    public DtlsAssociation Server { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    public List<DtlsEvent> ClientEvents { get; } = [];

    public List<DtlsEvent> ServerEvents { get; } = [];

    /// <summary>Every datagram sent, in order: when, by whom, what.</summary>
    public List<(Instant At, bool ToServer, byte[] Datagram)> Sent { get; } = [];

    /// <summary>What the link does with a datagram: how often it arrives, each with its extra delay.</summary>
    public Func<bool, byte[], TimeSpan[]> Link { get; set; } = (_, _) => [TimeSpan.Zero];

    /// <summary>Called before each delivery.</summary>
    public Action<DtlsPair, bool>? BeforeDelivery { get; set; }

    /// <summary>Called after each delivery.</summary>
    public Action<DtlsPair, bool>? AfterDelivery { get; set; }

    public bool IsConnected =>
        Client.State == DtlsState.Connected && Server.State == DtlsState.Connected;

    public DtlsPair Start()
    {
        Server.Start(Now);
        Client.Start(Now);
        Drain();
        return this;
    }

    /// <summary>The application data that came, by which end and in order.</summary>
    public List<(bool ToServer, byte[] Data)> Received { get; } = [];

    /// <summary>Delivers a copy of a datagram: records are decrypted in place.</summary>
    public void Deliver(bool toServer, ReadOnlySpan<byte> datagram)
    {
        Span<byte> rest = datagram.ToArray();
        while ((toServer ? Server : Client).HandleRecord(ref rest, out var data, Now))
        {
            if (!data.IsEmpty)
            {
                Received.Add((toServer, data.ToArray()));
            }
        }

        Drain();
    }

    /// <summary>Sends application data into the link.</summary>
    public bool Send(bool fromServer, ReadOnlySpan<byte> data)
    {
        data.CopyTo(_buffer.AsSpan(DtlsRecordLayer.TextOffset));
        var length = (fromServer ? Server : Client).Protect(_buffer, data.Length);
        if (length > 0)
        {
            Put(toServer: !fromServer, _buffer[..length]);
        }

        return length > 0;
    }

    /// <summary>Runs until a condition holds, nothing is left to happen, or the time is over.</summary>
    public DtlsPair RunUntil(Func<DtlsPair, bool> condition, double withinMs = 60_000)
    {
        var end = Now + TimeSpan.FromMilliseconds(withinMs);
        while (!condition(this) && Step(end)) { }

        return this;
    }

    public DtlsPair RunFor(double milliseconds)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        while (Step(end)) { }

        Now = end;
        return this;
    }

    public void Drain()
    {
        Drain(Client, toServer: true, ClientEvents);
        Drain(Server, toServer: false, ServerEvents);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private bool Step(Instant end)
    {
        var next = Instant.Min(Client.PollTimeout(), Server.PollTimeout());
        var isDelivery = false;
        if (_link.TryPeek(out _, out var key) && new Instant(key.Item1) <= next)
        {
            next = new Instant(key.Item1);
            isDelivery = true;
        }

        if (!next.IsSet || next > end)
        {
            return false;
        }

        Now = Instant.Max(Now, next);
        if (isDelivery)
        {
            var (toServer, datagram) = _link.Dequeue();
            BeforeDelivery?.Invoke(this, toServer);
            Deliver(toServer, datagram);
            AfterDelivery?.Invoke(this, toServer);
            Drain();
            return true;
        }

        Client.HandleTimeout(Now);
        Server.HandleTimeout(Now);
        Drain();
        return true;
    }

    private void Drain(DtlsAssociation from, bool toServer, List<DtlsEvent> events)
    {
        int length;
        while ((length = from.PollTransmit(_buffer)) > 0)
        {
            Put(toServer, _buffer[..length]);
        }

        while (from.PollEvent(out var occurred))
        {
            events.Add(occurred);
        }
    }

    private void Put(bool toServer, byte[] datagram)
    {
        Sent.Add((Now, toServer, datagram));
        foreach (var extra in Link(toServer, datagram))
        {
            var at = Now + Delay + extra;
            _link.Enqueue((toServer, datagram), (at.Ticks, _order++));
        }
    }
}
