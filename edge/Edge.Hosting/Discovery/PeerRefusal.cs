namespace Edge.Hosting.Discovery;

/// <summary>Why a process of the catalogue is no peer.</summary>
internal enum PeerRefusal
{
    /// <summary>It has the name of this process, and is not it.</summary>
    OurName,

    /// <summary>It says that it listens where this process does.</summary>
    OurAddress,

    /// <summary>Its name has the number of another one (<see cref="Anycast.Steering.OwnerCode"/>).</summary>
    SharedNumber,

    /// <summary>There are as many peers as there can be.</summary>
    NoRoom,
}
