using System.Collections.Immutable;

namespace Edge.Hosting.Discovery;

/// <summary>What came of a look into the catalogue.</summary>
internal abstract record CatalogueAnswer
{
    private CatalogueAnswer() { }

    /// <summary>This is in it.</summary>
    /// <param name="Entries">The processes of the PoP.</param>
    /// <param name="Unusable">How many more there are that do not say who or where they are.</param>
    /// <param name="Index">Waits for a change, with the next look; 0: nothing does.</param>
    public sealed record Listed(ImmutableArray<CatalogueEntry> Entries, int Unusable, ulong Index)
        : CatalogueAnswer;

    /// <summary>It was not seen.</summary>
    public sealed record Failed(ConsulFault Fault) : CatalogueAnswer;
}
