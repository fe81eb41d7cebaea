namespace Anycast.Takeover.Voting;

/// <summary>One of the voters of a session.</summary>
internal readonly record struct Voter(VoterId Id, bool IsWitness);
