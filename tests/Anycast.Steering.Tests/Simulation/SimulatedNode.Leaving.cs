using System.Text;
using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <content>Sessions that go to another node, what those say that take them, and what their names still lead to.</content>
internal sealed partial class SimulatedNode
{
    private readonly Dictionary<string, ushort> _adopted = new(StringComparer.Ordinal);

    /// <summary>Whether it gives its sessions away.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Whether it has sessions whose names are another node's.</summary>
    public bool HasSessionsOf(ushort node) => _adopted.ContainsValue(node);

    /// <summary>Gives each session to another node that stays.</summary>
    public void GiveAway()
    {
        IsLeaving = true;
        foreach (var (fragment, session) in _sessions)
        {
            var heir = _world.Any(_pop.Staying);
            var flows = _flows
                .Where(flow => flow.Value == session)
                .Select(flow => flow.Key)
                .ToArray();
            // It knows first to whom it gave what.
            foreach (var flow in flows)
            {
                _steerer.Flows.Set(new FlowOwner(heir.Number, 0), WordOf(flow), _world.Now);
                _flows.Remove(flow);
            }

            _adopted.Remove(fragment);
            var mark = MarkOf(fragment, out var code);
            _steerer.Adoptions.Set(mark, heir.Number, code.Node, isRepeated: false, _world.Now);
            heir.Take(session, flows);
        }

        _sessions.Clear();
        _newcomers.Clear();
    }

    /// <summary>Believes that a node has a session, whatever is true.</summary>
    public void Believe(SimulatedClient client, SimulatedNode holder)
    {
        if (client.Fragment is { } fragment && holder != this)
        {
            var mark = MarkOf(fragment, out var code);
            _steerer.Adoptions.Set(mark, holder.Number, code.Node, isRepeated: false, _world.Now);
            _steerer.Flows.Set(client.Address, new FlowOwner(holder.Number, Shard: 0), _world.Now);
        }
    }

    private void Take(SimulatedSession session, NetworkAddress[] flows)
    {
        _sessions[session.Fragment] = session;
        session.Client?.HandleMoved(this);
        session.ProvedAt = _world.Now;
        foreach (var flow in flows)
        {
            Own(flow, session);
        }

        _ = MarkOf(session.Fragment, out var code);
        _adopted[session.Fragment] = code.Node;
        SayAdopted([session.Fragment]);
    }

    /// <summary>Whether others have sessions that were this node's: it says of none that it is nobody's.</summary>
    private bool IsSpokenFor(ushort name) =>
        name != Number || _steerer.Adoptions.TryFindLowest(Number, out _, _world.Now);

    private void SayAdopted(string[] fragments, bool isRepeated = false)
    {
        var letter = new byte[
            AdoptionLetter.HeaderBytes + (fragments.Length * AdoptionLetter.EntryBytes)
        ];
        var length = AdoptionLetter.WriteHeader(letter, Number);
        foreach (var fragment in fragments)
        {
            var mark = MarkOf(fragment, out var code);
            length += AdoptionLetter.WriteEntry(
                letter.AsSpan(length),
                new AdoptionWord(AdoptedName.Fragment, mark, code.Node, IsRepeated: isRepeated)
            );
        }

        Say(letter, (peer, said) => peer.HearAdopted(said));
    }

    private void HearAdopted(byte[] letter) =>
        AdoptionLetter.TryApply(
            letter,
            Number,
            AdoptedName.Fragment,
            _steerer.Adoptions,
            _world.Now
        );

    private ulong MarkOf(string fragment, out OwnerCode code)
    {
        _ = OwnerCode.TryReadFragment(
            Encoding.ASCII.GetBytes(fragment),
            new PopKeyRing(_pop.Key),
            out code,
            out var mark
        );
        return mark;
    }
}
