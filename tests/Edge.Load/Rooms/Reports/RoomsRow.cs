namespace Edge.Load.Rooms.Reports;

/// <summary>Several rooms of one kind.</summary>
/// <param name="Runs">How many.</param>
/// <param name="Medians">Their medians; the worst of what spoils a run.</param>
/// <param name="Saturated">Who did not keep up in any of them, in sentences.</param>
internal sealed record RoomsRow(int Runs, RoomsReport Medians, IReadOnlyList<string> Saturated);
