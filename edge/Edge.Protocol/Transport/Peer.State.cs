using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Transport;

/// <content>How a peer moves to another process; see NOTES.md for what comes along.</content>
public sealed partial class Peer
{
    /// <summary>Writes everything another process needs to go on with the peer
    /// (<see cref="PeerFactory.TryRestore"/>), and closes it here without a word: from then on it takes nothing,
    /// sends nothing and raises nothing.</summary>
    /// <remarks>Order: poll transmits and events until none is left, capture, and send nothing else that was encrypted
    /// here and kept. Secret: what is written holds keys.</remarks>
    /// <returns>Whether it was done; if not, the peer goes on as before and nothing of the writer is to be used.</returns>
    public PeerCapture TryCapture(StateWriter writer)
    {
        var refusal = _transport.FindRefusal();
        if (refusal != PeerCapture.Captured)
        {
            return refusal;
        }

        var start = writer.Written.Length;
        var outer = writer.Begin();
        _transport.Write(writer);
        Receiver.Write(writer);
        Sender.Write(writer);
        writer.End(outer);
        if (writer.IsTooLong)
        {
            return PeerCapture.TooLong;
        }

        if (!IsReadable(new StateReader(writer.Written[start..], writer.Now)))
        {
            return PeerCapture.Unreadable;
        }

        _transport.Abandon();
        Receiver.Abandon();
        Sender.Abandon();
        return PeerCapture.Captured;
    }

    /// <summary>Why it could not move now; <see cref="PeerCapture.Captured"/> when it could. Changes nothing.</summary>
    public PeerCapture FindRefusal() => _transport.FindRefusal();

    /// <summary>Throws away a peer that came from another process and that nobody has driven yet, with its keys and buffers. Its
    /// client hears nothing.</summary>
    public void Discard() => _transport.Discard();

    /// <summary>Whether a peer comes of what was written; it is thrown away.</summary>
    private bool IsReadable(StateReader reader)
    {
        var factory = _transport.CreateFactory(Receiver.Clock);
        var options = new PeerRestoreOptions
        {
            Channels = _transport.Channels?.Options ?? new(),
            ChannelPool = new(retainedBytesMax: 0),
        };
        var read = factory.TryRestore(ref reader, options, Prng.FromNumber(0));
        read?._transport.Discard();
        return read is not null;
    }
}
