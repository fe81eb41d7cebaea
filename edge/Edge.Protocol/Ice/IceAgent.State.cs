using Edge.Primitives;
using Edge.Protocol.Ice.Paths;
using Edge.Wire.State;

namespace Edge.Protocol.Ice;

/// <content>How it goes on in another process: the peer's checks are answered there as they were here.</content>
public sealed partial class IceAgent
{
    /// <summary>Most addresses that are validated at a time.</summary>
    public const int ValidatedMax = ValidatedAddresses.CountMax;

    /// <summary>Copies the addresses that passed an authenticated check; returns how many.</summary>
    public int CopyValidated(Span<NetworkAddress> destination) => _path.CopyTo(destination);

    /// <summary>Whether nothing waits to be sent or to be taken.</summary>
    internal bool IsDrained => _sender.IsEmpty && _events.Count == 0;

    /// <summary>Whether what is sent goes over a TCP connection. That is not written: without
    /// <see cref="TryRestorePath"/> it is as one that was closed.</summary>
    public bool IsOverConnection => _path.IsOverConnection;

    /// <summary>Tells what has to be known of a validated address to go on with it in another process; false when it is
    /// none.</summary>
    public bool TryDescribePath(in NetworkAddress address, out IcePathFacts facts) =>
        _path.TryDescribe(in address, out facts);

    /// <summary>Goes on with a TCP connection that came along from another process: checks passed there count here.</summary>
    /// <param name="address">Its far end, by the number that the connection has here.</param>
    /// <param name="facts">What that process knew.</param>
    /// <returns>False when there is no room for it, and nothing has changed.</returns>
    public bool TryRestorePath(in NetworkAddress address, in IcePathFacts facts) =>
        _path.TryRestore(in address, in facts);

    /// <summary>Writes it.</summary>
    internal void Write(StateWriter writer)
    {
        // Credentials that neither restart knows any more stand for the present ones.
        var selectedUnder =
            _path.SelectedUnder is null ? 0
            : _path.SelectedUnder == _previous ? 2
            : 1;
        var outer = writer.Begin();
        writer.UInt((ulong)_mode);
        writer.UInt((ulong)State);
        _current.Write(writer);
        if (_previous is null)
        {
            writer.Nothing();
        }
        else
        {
            _previous.Write(writer);
        }

        writer.Moment(_timers[IceTimer.Establish]);
        writer.Moment(_timers[IceTimer.Consent]);
        writer.Moment(_timers[IceTimer.ConsentCheck]);
        _path.Write(writer, selectedUnder);
        _roles.Write(writer);
        _checks.Write(writer);
        _sender.Transactions.Write(writer, [null, _current, _previous]);
        _stats.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="random">The source of what it draws from now on.</param>
    /// <param name="options">Its timing.</param>
    internal static IceAgent Read(ref StateReader reader, Prng random, IceOptions options)
    {
        var outer = reader.BeginWhole(valuesMin: 12);
        var mode = (IceMode)reader.Int32((int)IceMode.Controlling);
        var state = (IceState)reader.Int32((int)IceState.Failed);
        var current = IceGeneration.Read(ref reader);
        var agent = new IceAgent(mode, current.Local, random, options)
        {
            State = state,
            _current = current,
            _previous = reader.IsNothing() ? null : IceGeneration.Read(ref reader),
        };
        ReadOnlySpan<IceGeneration?> generations = [null, current, agent._previous];
        agent._timers.Set(IceTimer.Establish, reader.Moment());
        agent._timers.Set(IceTimer.Consent, reader.Moment());
        agent._timers.Set(IceTimer.ConsentCheck, reader.Moment());
        agent._path.Read(ref reader, generations);
        agent._roles.Read(ref reader);
        agent._checks.Read(ref reader);
        agent._sender.Transactions.Read(ref reader, generations);
        agent._stats = IceStats.Read(ref reader);
        reader.End(outer);
        return agent;
    }
}
