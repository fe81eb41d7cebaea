namespace Anycast.Takeover.Voting;

/// <summary>Names a voter of one session: a seat that a process gave out, and that is gone with its memory.</summary>
/// <remarks>
/// A seat belongs to one session and one stay among its voters. A node that restarts has another life; one that has
/// forgotten a session, or comes back among its voters, has another serial. So no word that is for a former seat is ever
/// taken by a later one, however late it comes.
/// </remarks>
/// <param name="Node">The node.</param>
/// <param name="Life">Which run of its process: drawn at random at its start.</param>
/// <param name="Serial">Which seat of that run, from 1 on; 0 of none.</param>
public readonly record struct VoterId(ushort Node, ulong Life, uint Serial);
