using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>A piece of memory for the kernel: <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}
