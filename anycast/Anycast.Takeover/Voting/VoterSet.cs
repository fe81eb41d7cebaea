namespace Anycast.Takeover.Voting;

/// <summary>The voters of a session: three, or fewer where there are no more.</summary>
internal readonly record struct VoterSet
{
    /// <summary>Most voters. Three: any two of them are a majority.</summary>
    public const int CountMax = 3;

    private readonly Voter _first;
    private readonly Voter _second;
    private readonly Voter _third;

    private VoterSet(Voter first, Voter second, Voter third, int count)
    {
        _first = first;
        _second = second;
        _third = third;
        Count = count;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>A voter by its place.</summary>
    public Voter this[int index] =>
        index switch
        {
            0 => _first,
            1 => _second,
            _ => _third,
        };

    /// <summary>The set with one more; the same when it is full or has it.</summary>
    public VoterSet With(Voter voter) =>
        Has(voter.Id)
            ? this
            : Count switch
            {
                0 => new(voter, default, default, 1),
                1 => new(_first, voter, default, 2),
                2 => new(_first, _second, voter, 3),
                _ => this,
            };

    /// <summary>Whether it has a voter.</summary>
    public bool Has(VoterId id) => IndexOf(id) >= 0;

    /// <summary>Whether it has a voter that holds whole sessions.</summary>
    public bool HasHolder(VoterId id)
    {
        var index = IndexOf(id);
        return index >= 0 && !this[index].IsWitness;
    }

    /// <summary>Whether a node has a seat in it.</summary>
    public bool HasNode(ushort node)
    {
        for (var index = 0; index < Count; index++)
        {
            if (this[index].Id.Node == node)
            {
                return true;
            }
        }

        return false;
    }

    private int IndexOf(VoterId id)
    {
        for (var index = 0; index < Count; index++)
        {
            if (this[index].Id == id)
            {
                return index;
            }
        }

        return -1;
    }
}
