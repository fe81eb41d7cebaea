using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>What is looked at.</summary>
    public int Descriptor;

    /// <summary>What is looked for.</summary>
    public short Wanted;

    /// <summary>What was found.</summary>
    public short Found;
}
