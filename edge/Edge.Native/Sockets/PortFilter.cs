using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>A program of the kernel's classic packet filter, which chooses among the sockets that share a port.</summary>
/// <remarks>Source: socket(7) SO_ATTACH_REUSEPORT_CBPF; linux/filter.h. It sees the datagram's payload, and its result is
/// a socket's number in the order in which they were bound.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PortFilter
{
    private const ushort LoadByte = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private const ushort Modulo = 0x94; // BPF_ALU | BPF_MOD | BPF_K
    private const ushort Return = 0x16; // BPF_RET | BPF_A
    private const int Steps = 3;

    private ushort _length;
    private ulong* _program;

    /// <summary>Attaches a program that takes one byte of the payload, modulo how many sockets there are.</summary>
    public static SystemError Attach(int descriptor, int offset, int sockets)
    {
        var program = stackalloc ulong[Steps]
        {
            Step(LoadByte, offset),
            Step(Modulo, sockets),
            Step(Return, 0),
        };
        var filter = new PortFilter { _length = Steps, _program = program };
        return
            LibC.SetOption(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionAttachPortFilter,
                (int*)&filter,
                (uint)sizeof(PortFilter)
            ) == 0
            ? SystemError.None
            : LibC.LastError;
    }

    /// <summary>struct sock_filter: the code in 16 bits, two jumps of 8 that are not used, a constant of 32.</summary>
    private static ulong Step(ushort code, int constant) => code | ((ulong)(uint)constant << 32);
}
