using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>One entry of <c>recvmmsg</c> and <c>sendmmsg</c>: <c>struct mmsghdr</c> of 64-bit Linux.</summary>
/// <remarks>Shape: 64 bytes; the layout is asserted in a test.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;

    /// <summary>The tail padding of the <c>struct msghdr</c> inside.</summary>
    public int Padding;

    /// <summary>Bytes received or sent, written by the kernel.</summary>
    public uint Length;
}
