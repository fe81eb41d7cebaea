namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>Pieces of one message that lie together.</summary>
/// <param name="First">The TSN of the first.</param>
/// <param name="Last">The TSN of the last.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsWhole">Whether they are the whole message.</param>
internal readonly record struct FragmentRun(long First, long Last, int Bytes, bool IsWhole)
{
    /// <summary>How many pieces.</summary>
    public int Count => (int)(Last - First) + 1;
}
