namespace Repository.Tests;

/// <summary>One line of the table of projects.</summary>
/// <param name="Name">The project's name, which is its folder's and its root namespace.</param>
/// <param name="Area">The folder it stands in.</param>
/// <param name="Floor">The floor of the house it belongs to.</param>
/// <param name="Rank">Finer than the floor: references go to lower ranks only.</param>
/// <param name="IsCore">Whether it is sans-IO: no clock, no thread, no socket.</param>
internal sealed record ProjectEntry(string Name, string Area, int Floor, int Rank, bool IsCore);
