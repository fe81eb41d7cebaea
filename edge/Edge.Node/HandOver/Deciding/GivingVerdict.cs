namespace Edge.Node.HandOver.Deciding;

/// <summary>What an answer to a letter says of its group.</summary>
internal enum GivingVerdict : byte
{
    /// <summary>All of it is there.</summary>
    IsThere,

    /// <summary>Nothing of it is there, nor will be: it may go on anywhere else.</summary>
    IsNowhere,

    /// <summary>Nobody can be sure: it must not go on anywhere else, nor here.</summary>
    IsUnknown,
}
