using System.Text;
using Anycast.Steering;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>What nodes of a PoP tell each other of flows and of sessions that moved: as <c>FlowDesk</c> and
/// <c>AdoptionDesk</c> do it.</content>
internal sealed partial class ClusterNode
{
    private readonly Dictionary<string, ushort> _adopted = new(StringComparer.Ordinal);
    private bool _hasGiven;

    /// <summary>Whether it has sessions whose names are another node's.</summary>
    public bool Represents(ushort node) => _adopted.ContainsValue(node);

    /// <summary>Whether others may have what was this node's.</summary>
    private bool IsQuiet =>
        _hasGiven || IsLeaving || _adoptionTable.TryFindLowest(Number, out _, Now);

    /// <summary>Takes a letter about flows.</summary>
    public void HearFlows(byte[] letter)
    {
        _ = _steering.TryHear(letter, Now);
        FlowLetter.ReadClaims(letter, Number, ReleaseFlow);
    }

    /// <summary>Takes a letter about sessions that moved.</summary>
    public void HearAdoptions(byte[] letter) => _ = _steering.TryHearAdoptions(letter, Now);

    private void TellAll()
    {
        Tell([.. _flows.All.Select(flow => flow.Client)], isRepeated: true);
        TellAdopted(_adopted.Keys, Number, isRepeated: true);
    }

    private void Tell(NetworkAddress[] clients, bool hasEnded = false, bool isRepeated = false)
    {
        var words = Array.ConvertAll(
            clients,
            client =>
                _flows.WordOf(client, shard: 0, Now) with
                {
                    HasEnded = hasEnded,
                    IsRepeated = isRepeated,
                }
        );
        Tell(words);
    }

    private void Tell(FlowWord[] words)
    {
        if (words.Length > 0)
        {
            var letter = FlowsOf(Number, words);
            _pop.Publish(this, node => node.HearFlows(letter));
        }
    }

    private void TellAdopted(IEnumerable<string> fragments, ushort holder, bool isRepeated = false)
    {
        var letter = AdoptionsOf(holder, fragments, isRepeated);
        _pop.Publish(this, node => node.HearAdoptions(letter));
    }

    private static byte[] FlowsOf(ushort holder, FlowWord[] words)
    {
        var letter = new byte[FlowLetter.HeaderBytes + (words.Length * FlowLetter.EntryBytes)];
        var length = FlowLetter.WriteHeader(letter, holder);
        foreach (var word in words)
        {
            length += FlowLetter.WriteEntry(letter.AsSpan(length), word);
        }

        return letter;
    }

    private byte[] AdoptionsOf(ushort holder, IEnumerable<string> fragments, bool isRepeated)
    {
        var all = fragments.ToArray();
        var letter = new byte[
            AdoptionLetter.HeaderBytes + (all.Length * AdoptionLetter.EntryBytes)
        ];
        var length = AdoptionLetter.WriteHeader(letter, holder);
        foreach (var fragment in all)
        {
            _ = OwnerCode.TryReadFragment(
                Encoding.ASCII.GetBytes(fragment),
                new PopKeyRing(_pop.Key),
                out var code,
                out var mark
            );
            length += AdoptionLetter.WriteEntry(
                letter.AsSpan(length),
                new AdoptionWord(AdoptedName.Fragment, mark, code.Node, IsRepeated: isRepeated)
            );
        }

        return letter;
    }

    private void Adopt(NodeSession session)
    {
        _ = OwnerCode.TryReadFragment(
            Encoding.ASCII.GetBytes(session.Fragment),
            new PopKeyRing(_pop.Key),
            out var code,
            out _
        );
        _adopted[session.Fragment] = code.Node;
        TellAdopted([session.Fragment], Number);
    }
}
